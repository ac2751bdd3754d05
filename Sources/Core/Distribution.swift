#if canImport(Glibc)
  private import Glibc
#endif

/// A non-negative length of time, fixed or drawn: `const(5ms)`, `uniform(4ms,6ms)`,
/// `normal(10ms,2ms)`, `lognormal(p50=12ms, p99=90ms)`.
package enum Distribution: Hashable, Sendable {
  case constant(Nanoseconds)
  case uniform(low: Nanoseconds, high: Nanoseconds)
  /// Draws below zero count as zero.
  case normal(mean: Nanoseconds, deviation: Nanoseconds)
  /// Given by two of its quantiles, as latencies are quoted.
  case lognormal(p50: Nanoseconds, p99: Nanoseconds)

  package static let zero = Distribution.constant(.zero)

  /// One draw; a constant draws nothing from the generator.
  package func sample(_ random: inout SplitMix64) -> Nanoseconds {
    switch self {
    case .constant(let value):
      return value
    case .uniform(let low, let high):
      let width = Double(high.count - low.count)
      return low + Nanoseconds(Int64((width * random.unit()).rounded()))
    case .normal(let mean, let deviation):
      let value = Double(mean.count) + Double(deviation.count) * Self.gaussian(&random)
      return Nanoseconds(Int64(max(0, value).rounded()))
    case .lognormal(let p50, let p99):
      guard p50.count > 0 else { return .zero }
      let sigma = log(Double(max(p99.count, p50.count)) / Double(p50.count)) / Self.z99
      let value = Double(p50.count) * exp(sigma * Self.gaussian(&random))
      return Nanoseconds(Int64(min(value, Self.largest).rounded()))
    }
  }

  /// The middle of the distribution, for plans and estimates.
  package var median: Nanoseconds {
    switch self {
    case .constant(let value): value
    case .uniform(let low, let high): Nanoseconds((low.count + high.count) / 2)
    case .normal(let mean, _): mean
    case .lognormal(let p50, _): p50
    }
  }

  /// The 99 % quantile of the standard normal distribution.
  private static let z99 = 2.326_347_874_040_841
  /// An hour: longer draws are clipped, so that a heavy tail cannot overflow.
  private static let largest = 3.6e12

  /// A standard normal draw (Box and Muller 1958); two uniforms each, so draws stay aligned.
  private static func gaussian(_ random: inout SplitMix64) -> Double {
    let radius = (-2 * log(random.unit())).squareRoot()
    return radius * cos(2 * Double.pi * random.unit())
  }
}
