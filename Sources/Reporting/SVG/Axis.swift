import Foundation

/// A time axis from left (0) to right (1), linear or logarithmic, with its ticks.
struct Axis {
  struct Tick {
    var value: Double
    var label: String
    /// Left out on narrow screens.
    var minor = false
  }

  private(set) var low: Double
  private(set) var high: Double
  private(set) var logarithmic: Bool
  private(set) var ticks: [Tick] = []

  /// 10,000 s: nothing that is measured lasts longer, and labels beyond would not fit.
  private static let longest = 1e13

  /// Where a value stands between 0 and 1; values outside are put at the edge.
  func position(_ value: Double) -> Double {
    guard value > low, high > low else { return 0 }
    guard value < high else { return 1 }
    return logarithmic
      ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
  }

  /// From zero to `high` in about five steps of 1, 2 or 5 times a power of ten.
  static func linear(from low: Double = 0, to high: Double) -> Axis {
    let high = high.isFinite && high > low ? min(high, longest) : low + 1
    var axis = Axis(low: low, high: high, logarithmic: false)
    let step = niceStep((high - low) / 5)
    var number = (low / step).rounded(.up)
    while number * step <= high * (1 + 1e-9), axis.ticks.count < 12 {
      let value = number * step
      axis.ticks.append(
        Tick(value: value, label: Figure.tick(value), minor: axis.ticks.count % 2 == 1))
      number += 1
    }
    return axis
  }

  /// Whole decades that hold `low` and `high`, or steps of 1, 2, 5 when these are close together.
  static func logarithmic(from low: Double, to high: Double) -> Axis {
    let low = low.isFinite ? min(max(low, 1), longest / 10) : 1
    let high = high.isFinite ? min(max(high, low), longest) : low
    var steps: [Double] = []
    for exponent in 0...14 {
      for factor in [1.0, 2.0, 5.0] { steps.append(factor * pow(10, Double(exponent))) }
    }
    let first = steps.last { $0 <= low } ?? 1
    let last = steps.first { $0 >= high && $0 > first * 1.5 } ?? first * 10
    var axis = Axis(low: first, high: last, logarithmic: true)
    let decades = log10(last / first)
    let inside = steps.filter { $0 >= first && $0 <= last }
    for value in inside {
      let exponent = log10(value)
      let isDecade = abs(exponent - exponent.rounded()) < 1e-6
      if decades > 2.5 && !isDecade { continue }
      let apart = decades > 6.5 ? 3 : decades > 4.5 ? 2 : 1
      let minor =
        decades > 2.5 ? Int(exponent.rounded()) % apart != 0 : (!isDecade && inside.count > 4)
      axis.ticks.append(Tick(value: value, label: Figure.tick(value), minor: minor))
    }
    return axis
  }

  /// Linear from zero when the values lie within a factor of 20, logarithmic when they spread.
  static func fitting(_ values: [Double]) -> Axis {
    let finite = values.filter(\.isFinite)
    guard let high = finite.max(), let low = finite.min(), high > 0 else { return linear(to: 1) }
    if low > 0 && high / low <= 20 { return linear(to: high * 1.03) }
    let positive = finite.filter { $0 > 0 }.min() ?? high
    return high / positive <= 20 ? linear(to: high * 1.03) : logarithmic(from: positive, to: high)
  }

  private static func niceStep(_ rough: Double) -> Double {
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, log10(rough).rounded(.down))
    let factor = rough / power
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10)
  }
}
