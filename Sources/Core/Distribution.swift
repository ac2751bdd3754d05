#if canImport(Glibc)
  private import Glibc
#endif

/// A non-negative length of time, fixed or drawn: `const(5ms)`, `uniform(4ms,6ms)`,
/// `normal(10ms,2ms)`, `lognormal(p50=12ms, p99=90ms)`, `empirical(5ms,7ms,20ms)`.
package enum Distribution: Hashable, Sendable {
  case constant(Nanoseconds)
  case uniform(low: Nanoseconds, high: Nanoseconds)
  /// Draws below zero count as zero.
  case normal(mean: Nanoseconds, deviation: Nanoseconds)
  /// Given by two of its quantiles, as latencies are quoted.
  case lognormal(p50: Nanoseconds, p99: Nanoseconds)
  /// What was measured somewhere, each sample as likely as any other; at least one, ascending.
  case empirical(sorted: [Nanoseconds])

  package static let zero = Distribution.constant(.zero)

  /// One draw by inversion, for which one number is taken; a constant draws nothing.
  package func sample(_ random: inout SplitMix64) -> Nanoseconds {
    if case .constant(let value) = self { return value }
    return quantile(random.unit())
  }

  /// The length that the share `u` of all draws does not exceed.
  ///
  /// Shares at or beyond 0 and 1 count as the nearest below or above that can be drawn.
  package func quantile(_ u: Double) -> Nanoseconds {
    switch self {
    case .constant(let value):
      return value
    case .uniform(let low, let high):
      let width = Double(high.count - low.count)
      return low + Nanoseconds(Int64((width * min(max(u, 0), 1)).rounded()))
    case .normal(let mean, let deviation):
      let value = Double(mean.count) + Double(deviation.count) * StandardNormal.quantile(u)
      return Nanoseconds(Int64(max(0, value).rounded()))
    case .lognormal(let p50, let p99):
      guard p50.count > 0 else { return .zero }
      let sigma = log(Double(max(p99.count, p50.count)) / Double(p50.count)) / Self.z99
      let value = Double(p50.count) * exp(sigma * StandardNormal.quantile(u))
      return Nanoseconds(Int64(min(value, Self.largest).rounded()))
    case .empirical(let samples):
      // Nearest rank, so that nothing comes out that was not measured.
      let rank = (min(max(u, 0), 1) * Double(samples.count)).rounded(.up)
      return samples[max(0, Int(rank) - 1)]
    }
  }

  /// The middle of the distribution, for plans and estimates.
  package var median: Nanoseconds { quantile(0.5) }

  /// The 99 % quantile of the standard normal distribution.
  private static let z99 = 2.326_347_874_040_841
  /// An hour: longer draws are clipped, so that a heavy tail cannot overflow.
  private static let largest = 3.6e12
}
