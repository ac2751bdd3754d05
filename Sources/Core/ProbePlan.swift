/// When the probe of a loop becomes readable, and what each of these times waited to be seen.
///
/// The times are Poisson-spaced, drawn from the seed and from nothing that happens, so that they see
/// what an arrival at a random instant sees (Wolff, Poisson Arrivals See Time Averages, 1982): a
/// loop that is busy a tenth of the time keeps a tenth of them waiting.
package struct ProbePlan: Sendable {
  /// The next instant at which the probe is to be readable.
  package private(set) var due: Instant
  private let seed: UInt64
  private var ordinal = 0

  /// Enough for a p99 after a second, too few to be felt.
  package static let meanGap = Nanoseconds.milliseconds(10)

  package init(seed: UInt64, from start: Instant) {
    // Not the seed of the run itself: an open loop draws its arrivals from that in the same way,
    // and the probe would come with the requests.
    var random = SplitMix64(seed: seed, rule: RandomRule.probe, ordinal: 0)
    self.seed = random.next()
    due = start
    advance()
  }

  /// The probe was seen readable at `now`: what it waited, and what those waited that came due
  /// while nobody looked. Leaving these out would make a loop that is away for long look good.
  package mutating func seen(at now: Instant) -> [Nanoseconds] {
    var waits: [Nanoseconds] = []
    while due <= now {
      waits.append(now - due)
      advance()
    }
    return waits
  }

  private mutating func advance() {
    let gap = ArrivalProcess.poisson.gap(before: ordinal, seed: seed) * Double(Self.meanGap.count)
    ordinal += 1
    due = due + Nanoseconds(Int64(gap.rounded()))
  }
}
