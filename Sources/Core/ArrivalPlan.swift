/// When requests are meant to start: a closed loop of `concurrency` slots, each sending its next
/// request when its last one has ended.
///
/// The first starts are spread at random, since slots in step would send their chunks in step and
/// measure each other.
package struct ArrivalPlan: Sendable {
  /// Warm-up exchanges come first and are not measured.
  package let warmup: Int
  package let measured: Int
  package let concurrency: Int
  private let seed: UInt64

  package init(warmup: Int, measured: Int, concurrency: Int, seed: UInt64) {
    self.warmup = warmup
    self.measured = measured
    self.concurrency = concurrency
    self.seed = seed
  }

  package var total: Int { warmup + measured }
  package var slots: Int { min(concurrency, total) }

  package func isWarmup(_ ordinal: Int) -> Bool { ordinal < warmup }

  /// When slot `slot` sends its first request, from the start of the run.
  package func firstStart(slot: Int) -> Nanoseconds {
    guard slots > 1 else { return .zero }
    let spread = min(Limits.spreadPerSlot.count * Int64(slots), Limits.spreadAtMost.count)
    var random = SplitMix64(seed: seed, rule: RandomRule.arrival, ordinal: UInt64(slot))
    return Nanoseconds(Int64(Double(spread) * random.unit()))
  }
}
