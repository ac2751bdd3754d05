import Core
import Judging
import Testing

/// Conformance as a gate judges it.
@Suite struct ConformanceGateTests {
  private func record(
    _ level: ConformanceLevel, _ outcome: ConformanceVerdict.Outcome, complete: Bool = true
  ) -> ConformanceRecord {
    ConformanceRecord(
      tool: RunRecord.Tool(version: "1", curl: "8"), startedAt: "2026-01-01T00:00:00Z",
      durationNs: .seconds(1), complete: complete, note: complete ? "" : "interrupted",
      machine: RunRecord.Machine(system: "", processor: "", cores: 1, memoryBytes: 1), seed: 1,
      target: ConformanceRecord.Relay(name: "r", url: "", topology: .twoSided, pairs: []),
      repetitions: 1,
      verdicts: [
        ConformanceVerdict(
          id: "FLT-004", slug: "flt/clean-eof", level: level, severity: .critical,
          verdict: outcome, requirement: "what is asked for", source: "a text",
          expected: ["this", "that"], actual: ["something else"])
      ])
  }

  @Test(arguments: [
    (ConformanceLevel.must, ConformanceVerdict.Outcome.fail, GateDecision.fail),
    (.mustByPolicy, .fail, .fail), (.must, .pass, .pass), (.must, .info, .pass),
    (.must, .error, .inconclusive), (.must, .skip, .inconclusive),
  ])
  func levelsAreWeighed(
    _ level: ConformanceLevel, _ outcome: ConformanceVerdict.Outcome, _ decision: GateDecision
  ) {
    #expect(ConformanceGate.judge(record(level, outcome), policy: Policy()).decision == decision)
  }

  @Test func whatIsOnlyRecommendedNeverFails() {
    let gate = ConformanceGate.judge(record(.should, .fail), policy: Policy())
    #expect(gate.items.allSatisfy { $0.outcome == .warn })
    #expect(gate.decision != .fail)
  }

  @Test func aKnownFailureIsAccepted() throws {
    var policy = Policy()
    policy.accepted["FLT-004"] = "to be mended in spring"
    let item = try #require(
      ConformanceGate.judge(record(.must, .fail), policy: policy).items.first)
    #expect(item.outcome == .skip && item.summary.contains("in spring"))
  }

  @Test func aSuiteThatWasCutOffDecidesNothing() {
    let gate = ConformanceGate.judge(record(.must, .pass, complete: false), policy: Policy())
    #expect(gate.items.first?.name == "complete" && gate.decision == .inconclusive)
  }
}
