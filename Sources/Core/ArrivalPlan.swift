/// When requests are meant to start, as numbers from the start of the run: a pure function of
/// traffic, seed and what has started.
///
/// In a closed loop each of `slots` sends its next request when its last one has ended and it has
/// thought; the first starts are spread at random, since slots in step would send their chunks in
/// step and measure each other. In an open loop requests start by the clock and never wait for
/// answers, so that a relay which slows down cannot slow down what it is measured with
/// (coordinated omission).
package struct ArrivalPlan: Sendable {
  /// Warm-up exchanges come first and are not measured.
  package let warmup: Int
  package let measured: Int
  package let duration: Nanoseconds?
  package let isOpen: Bool
  private let concurrency: Int
  private let think: Distribution
  private let seed: UInt64
  private var times: ArrivalTimes?

  package init(_ traffic: Traffic, seed: UInt64) {
    warmup = traffic.warmup
    measured = traffic.streams
    concurrency = traffic.concurrency
    think = traffic.think
    duration = traffic.duration
    self.seed = seed
    times = ArrivalTimes(traffic.arrivals, seed: seed)
    isOpen = times != nil
  }

  /// At most so many start.
  package var total: Int { warmup + measured }
  package var slots: Int { min(concurrency, total) }

  package func isWarmup(_ ordinal: Int) -> Bool { ordinal < warmup }

  /// Whether anything may still be meant to start at this time.
  package func isWithin(_ elapsed: Nanoseconds) -> Bool { duration.map { elapsed < $0 } ?? true }

  /// When slot `slot` of a closed loop sends its first request.
  package func firstStart(slot: Int) -> Nanoseconds {
    guard slots > 1 else { return .zero }
    let spread = min(Limits.spreadPerSlot.count * Int64(slots), Limits.spreadAtMost.count)
    var random = SplitMix64(seed: seed, rule: RandomRule.arrival, ordinal: UInt64(slot))
    return Nanoseconds(Int64(Double(spread) * random.unit()))
  }

  /// How long a slot rests after exchange `ordinal`.
  package func rest(after ordinal: Int) -> Nanoseconds {
    var random = SplitMix64(seed: seed, rule: RandomRule.rest, ordinal: UInt64(ordinal))
    return think.sample(&random)
  }

  /// The next intended start of an open loop; nil when there is none any more.
  package mutating func nextStart() -> Nanoseconds? {
    guard let next = times?.next(), isWithin(next) else {
      times = nil
      return nil
    }
    return next
  }
}
