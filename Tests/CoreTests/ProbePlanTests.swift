import Core
import Testing

/// The probe's times come from the seed and are spaced as chance has it.
@Suite struct ProbePlanTests {
  private static let start = Instant(nanoseconds: 1_000_000_000)

  /// The times as a loop that is never late sees them.
  private func times(_ count: Int, seed: UInt64) -> [Instant] {
    var plan = ProbePlan(seed: seed, from: Self.start)
    return (0..<count).map { _ in
      let due = plan.due
      #expect(plan.seen(at: due) == [.zero])
      return due
    }
  }

  @Test func theSeedDecides() {
    #expect(times(100, seed: 3) == times(100, seed: 3))
    #expect(times(100, seed: 3) != times(100, seed: 4))
  }

  /// Exponential gaps: their mean is 10 ms and so is their standard deviation.
  @Test func gapsAreExponential() {
    let times = times(20_000, seed: 1)
    let gaps = zip(times, times.dropFirst()).map { Double(($1 - $0).count) / 1e6 }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let deviation = gaps.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(gaps.count)
    #expect(abs(mean - 10) < 0.3)
    #expect(abs(deviation.squareRoot() - 10) < 0.4)
    #expect(gaps.count { $0 < 1 } > 1_700 && gaps.count { $0 < 1 } < 2_100)
  }

  /// Those that came while the loop was away are counted with what they waited.
  @Test func whatIsMissedCounts() {
    let times = times(40, seed: 9)
    var plan = ProbePlan(seed: 9, from: Self.start)
    let back = times[30] + Nanoseconds(1)
    let waits = plan.seen(at: back)
    #expect(waits == times[...30].map { back - $0 })
    #expect(plan.due == times[31])
    #expect(plan.seen(at: back) == [])
  }

  /// An open loop of the same seed draws its arrivals in the same way, but others.
  @Test func itDoesNotComeWithTheRequests() throws {
    let times = Set(times(500, seed: 7))
    let profile = try #require(try? Arrivals(literal: "poisson 100/s for 5s"))
    var arrivals = try #require(ArrivalTimes(profile, seed: 7))
    var together = 0
    while let at = arrivals.next() {
      if times.contains(Self.start + at) { together += 1 }
    }
    #expect(together == 0)
  }
}
