#if canImport(Glibc)
  private import Glibc
#endif

/// How the starts of an open loop lie around their rate.
///
/// Gaps are drawn for a rate of one; `RateProfile` stretches them to the rate of the time (a renewal
/// process in operational time: Law, Simulation Modeling and Analysis, section 8.6.2).
package enum ArrivalProcess: Hashable, Sendable {
  /// At even distances.
  case constant
  /// Independent of one another, as many users are: exponential gaps, coefficient of variation 1.
  case poisson
  /// Gamma-distributed gaps with this coefficient of variation: above 1 in bursts, below 1 more
  /// evenly than by chance.
  case gamma(cv: Double)

  /// The gap before arrival `ordinal`, of mean 1, drawn from a generator of its own: the same
  /// whoever asks, and in whatever order.
  package func gap(before ordinal: Int, seed: UInt64) -> Double {
    var random = SplitMix64(seed: seed, rule: RandomRule.arrival, ordinal: UInt64(ordinal))
    switch self {
    case .constant: return ordinal == 0 ? 0 : 1
    case .poisson: return -log(random.unit())
    case .gamma(let cv):
      let shape = 1 / (cv * cv)
      return Self.gamma(shape: shape, &random) / shape
    }
  }

  /// A draw of scale 1 (Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000).
  private static func gamma(shape: Double, _ random: inout SplitMix64) -> Double {
    if shape < 1 {
      let boost = pow(random.unit(), 1 / shape)
      return gamma(shape: shape + 1, &random) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal = StandardNormal.quantile(random.unit())
      let root = 1 + c * normal
      guard root > 0 else { continue }
      let v = root * root * root
      if log(random.unit()) < normal * normal / 2 + d - d * v + d * log(v) { return d * v }
    }
  }
}

/// The intended starts of an open loop, from the start of the run, ascending: a pure function of
/// process, profile and seed, or a trace.
package struct ArrivalTimes: Sequence, IteratorProtocol, Sendable {
  private enum Source {
    case drawn(ArrivalProcess, RateProfile)
    case trace([ArrivalTrace.Arrival])
  }

  private let source: Source
  private let seed: UInt64
  private var ordinal = 0
  private var sum = 0.0

  /// Nil for a closed loop, which has none.
  package init?(_ arrivals: Arrivals, seed: UInt64) {
    switch arrivals {
    case .closed: return nil
    case .open(let process, let profile): source = .drawn(process, profile)
    case .trace(let played): source = .trace(played.trace.arrivals)
    }
    self.seed = seed
  }

  /// Nil behind the last stage or arrival.
  package mutating func next() -> Nanoseconds? {
    switch source {
    case .drawn(let process, let profile): return draw(process, profile)
    case .trace(let arrivals):
      defer { ordinal += 1 }
      return ordinal < arrivals.count ? arrivals[ordinal].at : nil
    }
  }

  private mutating func draw(_ process: ArrivalProcess, _ profile: RateProfile) -> Nanoseconds? {
    sum += process.gap(before: ordinal, seed: seed)
    guard let seconds = profile.seconds(until: sum), seconds < 9e9 else { return nil }
    // A stage that lasts 10 s at 5/s has 50 starts: what falls on its very end is the next one's.
    if let end = profile.duration, seconds >= end.seconds { return nil }
    ordinal += 1
    return Nanoseconds(Int64((seconds * 1e9).rounded()))
  }
}
