package import Foundation

/// A decimal number that stands in files as text, so that no reader makes a binary fraction of it.
package struct Exact: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  package var value: Decimal

  package init(_ value: Decimal) { self.value = value }

  package static func < (left: Exact, right: Exact) -> Bool { left.value < right.value }

  package var description: String { DecimalText.text(value) }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let value = DecimalText.parse(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no decimal number"))
    }
    self.value = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Decimal {
  /// The quotient to 38 digits, or nil where there is none.
  package func divided(by divisor: Decimal) -> Decimal? {
    guard divisor != 0, !isNaN, !divisor.isNaN else { return nil }
    let quotient = self / divisor
    return quotient.isNaN ? nil : quotient
  }

  /// The nearest floating-point number, for pictures only.
  package var approximate: Double { (self as NSDecimalNumber).doubleValue }
}
