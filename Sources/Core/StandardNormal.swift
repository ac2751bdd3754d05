#if canImport(Glibc)
  private import Glibc
#endif

/// The normal distribution of mean 0 and deviation 1.
enum StandardNormal {
  /// The share of draws that do not exceed `z`.
  static func share(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The inverse of `share`, to about ten digits; shares beyond what a generator draws count as
  /// the nearest that it does.
  ///
  /// The rational start of Abramowitz and Stegun (26.2.23, off by less than 4.5e-4), made exact by
  /// one step of Halley, whose error is the cube of that.
  static func quantile(_ u: Double) -> Double {
    let smallest = 0x1p-54
    let tail = max(min(u, 1 - u), smallest)
    let t = (-2 * log(tail)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    let start = above / below - t
    let error = (share(below: start) - tail) * (2 * Double.pi).squareRoot()
    let step = error * exp(start * start / 2)
    let z = start - step / (1 + start * step / 2)
    return u < 0.5 ? z : -z
  }
}

/// Draws of which each resembles the one before the more, the nearer they are in time.
///
/// Delays of chunks that follow one another closely must be like that. Where they are independent
/// and far apart, keeping the order makes each chunk wait for the slowest of many before it, and
/// what comes out is the maximum of the distribution asked for, not the distribution.
///
/// A Gaussian copula: scores `z' = ρ z + √(1-ρ²) e` with `ρ = exp(-Δt / memory)` (the
/// Ornstein-Uhlenbeck process, sampled when a chunk comes), each turned into the quantile of the
/// distribution at Φ(z). Every single draw has exactly the distribution asked for, and how alike
/// two draws are depends on the time between them alone, not on how many others lie between.
package struct SerialDraws: Sendable {
  private let memory: Nanoseconds
  private var last: (score: Double, at: Instant)?

  /// - Parameter memory: the time in which the correlation falls to 1/e; zero for independent draws.
  package init(memory: Nanoseconds) { self.memory = memory }

  package mutating func sample(
    _ distribution: Distribution, at instant: Instant, _ random: inout SplitMix64
  ) -> Nanoseconds {
    if case .constant(let value) = distribution { return value }
    guard memory > .zero else { return distribution.sample(&random) }
    var score = StandardNormal.quantile(random.unit())
    if let last {
      let ages = Double(max(0, (instant - last.at).count)) / Double(memory.count)
      score = exp(-ages) * last.score + (-expm1(-2 * ages)).squareRoot() * score
    }
    last = (score, instant)
    return distribution.quantile(StandardNormal.share(below: score))
  }
}
