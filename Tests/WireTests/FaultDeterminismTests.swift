import Core
import Testing
import Wire

/// The same seed and the same input give the same wire actions, byte for byte and instant for
/// instant.
struct FaultDeterminismTests {
  private static let together = [
    [
      "latency uniform(1ms,9ms) p=0.5", "reset at event(6) p=0.5",
      "corrupt bytes=2 at every(2) p=0.5",
    ],
    [
      "slice 20 variation=15 gap=1ms", "duplicate at every(2) p=0.5", "pause 3ms at every(3) p=0.5",
    ],
    ["status 503 p=0.3", "drop-event at every(2) p=0.5", "bandwidth 30KB/s p=0.5"],
  ]
  private static let rules = FaultChangeTests.literals.map { [$0] } + together

  /// Everything that a driver would have done, and when.
  private struct Trace: Hashable {
    var writes: [[UInt8]] = []
    var instants: [Instant] = []
    var strikes: [FaultStrike] = []
    var ends: [FaultPipeline.Action] = []
  }

  private func play(_ rules: [FaultRule], seed: UInt64) -> [Trace] {
    let answer = FaultAnswers.stream(8).bytes
    return (0..<3).map { connection in
      var wire = FaultWire(rules, seed: seed, connection: connection)
      for _ in 0..<2 {
        wire.ask(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        for from in stride(from: 0, to: answer.count, by: 90) {
          wire.receive(answer[from..<min(answer.count, from + 90)])
          wire.wait(.milliseconds(2))
        }
      }
      wire.wait(.milliseconds(300))
      return Trace(
        writes: wire.writes, instants: wire.instants, strikes: wire.strikes, ends: wire.ends)
    }
  }

  @Test(arguments: rules)
  func oneSeedOneOutcome(_ literals: [String]) {
    let rules = literals.map { FaultRule.b($0) }
    let first = play(rules, seed: 7)
    for _ in 1..<100 {
      guard play(rules, seed: 7) == first else {
        Issue.record("\(literals): another outcome")
        return
      }
    }
  }

  @Test(arguments: together)
  func anotherSeedAnotherOutcome(_ literals: [String]) {
    let rules = literals.map { FaultRule.b($0) }
    #expect(Set((1...20).map { play(rules, seed: $0) }).count > 10)
  }
}
