package import Core
import Foundation

extension TokenLine {
  /// The line through points of whole numbers by least squares, nothing rounded before the last
  /// division; nil if all have one place.
  package static func through(_ points: [(x: Int, y: Int)], name: String) -> TokenLine? {
    var (sx, sy, sxx, sxy) = (Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    for point in points {
      let (x, y) = (Decimal(point.x), Decimal(point.y))
      sx += x
      sy += y
      sxx += x * x
      sxy += x * y
    }
    let n = Decimal(points.count)
    let spread = n * sxx - sx * sx
    guard points.count > 1, let slope = (n * sxy - sx * sy).divided(by: spread),
      let intercept = (sy * sxx - sx * sxy).divided(by: spread)
    else { return nil }
    var residual: Decimal = 0
    for point in points {
      let off = (Decimal(point.y) - intercept - slope * Decimal(point.x)).magnitude
      residual = max(residual, off)
    }
    return TokenLine(
      name: name, slope: Exact(slope), intercept: Exact(intercept), n: points.count,
      residual: Exact(residual))
  }
}
