/// When requests are meant to start, as numbers from the start of the run: a pure function of
/// traffic, seed and what has started.
///
/// In a closed loop each of `slots` sends its next request when its last one has ended and it has
/// thought; the first starts are spread at random, since slots in step would send their chunks in
/// step and measure each other. In an open loop requests start by the clock and never wait for
/// answers, so that a relay which slows down cannot slow down what it is measured with
/// (coordinated omission).
///
/// Machines that share a run each take their share of one and the same plan: ordinals, nonces and
/// intended starts are those that a single machine would have.
package struct ArrivalPlan: Sendable {
  /// Warm-up exchanges come first and are not measured.
  private let warmup: Int
  private let measured: Int
  package let duration: Nanoseconds?
  package let isOpen: Bool
  package let share: PlanShare
  private let slots: Int
  /// Exchanges of one conversation, of which a plan starts the first.
  private let turns: Int
  private let think: Distribution
  private let seed: UInt64
  private var times: ArrivalTimes?
  /// The next ordinal, whosever it is.
  private var upcoming = 0

  package init(_ traffic: Traffic, seed: UInt64) {
    warmup = traffic.warmup
    measured = traffic.streams
    slots = traffic.slots
    turns = traffic.prompt.turns.count
    think = traffic.think
    duration = traffic.duration
    share = traffic.share
    self.seed = seed
    times = ArrivalTimes(traffic.arrivals, seed: seed)
    isOpen = times != nil
  }

  /// At most so many start on all machines together.
  package var whole: Int { warmup + measured }
  /// At most so many start here.
  package var total: Int { share.count(below: whole) }

  package func isWarmup(_ ordinal: Int) -> Bool { ordinal < warmup }

  /// Whether anything may still be meant to start at this time.
  package func isWithin(_ elapsed: Nanoseconds) -> Bool { duration.map { elapsed < $0 } ?? true }

  // MARK: A closed loop

  /// When each slot of this machine sends its first request; ascending. Slots are numbered in the
  /// order in which they start.
  package var firstStarts: [(slot: Int, at: Nanoseconds)] {
    let starts = (0..<slots).map(firstStart).sorted()
    return starts.indices.filter(share.owns(slot:)).map { ($0, starts[$0]) }
  }

  private func firstStart(drawn number: Int) -> Nanoseconds {
    guard slots > 1 else { return .zero }
    let spread = min(Limits.spreadPerSlot.count * Int64(slots), Limits.spreadAtMost.count)
    var random = SplitMix64(seed: seed, rule: RandomRule.arrival, ordinal: UInt64(number))
    return Nanoseconds(Int64(Double(spread) * random.unit()))
  }

  /// How long a slot rests after exchange `ordinal`.
  package func rest(after ordinal: Int) -> Nanoseconds {
    var random = SplitMix64(seed: seed, rule: RandomRule.rest, ordinal: UInt64(ordinal))
    return think.sample(&random)
  }

  /// Whether an exchange, or a conversation, is left to begin.
  package var hasNext: Bool { share.count(in: upcoming..<max(upcoming, whole)) > 0 }

  /// What the next free slot begins with; nil when all have begun.
  package mutating func next() -> Int? {
    guard hasNext else { return nil }
    while !share.owns(upcoming) { upcoming += turns }
    defer { upcoming += turns }
    return upcoming
  }

  // MARK: An open loop

  /// The next exchange and its intended start; nil when there is none any more.
  package mutating func nextStart() -> (ordinal: Int, at: Nanoseconds)? {
    while upcoming < whole, let at = times?.next(), isWithin(at) {
      let ordinal = upcoming
      upcoming += turns
      if share.owns(ordinal) { return (ordinal, at) }
    }
    times = nil
    return nil
  }
}
