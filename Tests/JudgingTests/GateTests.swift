import Core
import Judging
import TestSupport
import Testing

@Suite struct GateTests {
  private func policy(_ text: String) throws -> Policy {
    try PolicyReader.read(Array(text.utf8), path: "p.json5", checks: Checks.all.map(\.id))
  }

  private func errors(_ text: String) -> [String] {
    do throws(ScenarioErrors) {
      _ = try PolicyReader.read(Array(text.utf8), path: "p.json5", checks: Checks.all.map(\.id))
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }

  private func run(
    added: Double = 1e6, floor: Double = 2e5, end: String = "done"
  ) throws -> RunRecord {
    var target = TargetRecord(
      name: "relay", url: "", topology: .twoSided, dialect: "openai-chat",
      scenario: .init(
        name: "s", about: "", streams: 20, concurrency: 1, arrivals: "closed", faults: [],
        digest: "d"))
    target.exchanges = .init(total: 20, warmup: 0, byEnd: [end: 20])
    let samples = [Double](repeating: added, count: 20)
    target.measures["added.chunk"] = Measures.measure(samples, unit: "ns")
    target.measures["ttft"] = Measures.measure(samples.map { $0 * 100 }, unit: "ns")
    target.floor = ["added.chunk": try #require(Measures.measure([floor], unit: "ns"))]
    target.verdicts = [
      Verdict(
        id: "fidelity/buffering", level: .must, verdict: .pass, expected: "x", actual: "y"),
      Verdict(id: "fidelity/usage", level: .should, verdict: .fail, expected: "x", actual: "y"),
    ]
    return RunRecord(
      tool: .init(version: "1", curl: "c"), startedAt: "2026-11-26T10:00:00Z", durationNs: .zero,
      complete: true, note: "",
      machine: .init(system: "L", processor: "P", cores: 2, memoryBytes: 1), seed: 1,
      instrument: .init(floor: [:], lateness: [:], fit: true, remarks: []), targets: [target])
  }

  @Test func policiesAreRead() throws {
    let policy = try policy(
      """
      {
        alpha: 0.01,
        compare: { "ttft.p95": "10% or 5ms", "added.chunk.p99.9": "1ms", "errors.rate": "2%",
          "rate.p50": "3%", "stall.excess.mean": "20ms" },
        baseline: { "added.ttft.p50": "2ms" },
        objectives: ["ttft.p99 < 200ms"],
        conformance: { should: "fail", accept: { "fidelity/usage": "counts itself" } },
      }
      """)
    #expect(policy.alpha == 0.01)
    #expect(
      policy.compare.map(\.name) == [
        "ttft.p95", "added.chunk.p99.9", "errors.rate", "rate.p50", "stall.excess.mean",
      ])
    #expect(policy.compare[0].absolute == 5e6 && policy.compare[0].relative == 0.1)
    #expect(policy.compare[1].measure == "added.chunk" && policy.compare[1].statistic == "p99.9")
    #expect(policy.compare[2].absolute == 0.02 && policy.compare[2].relative == 0)
    #expect(policy.compare[3].relative == 0.03)
    #expect(policy.compare.count { $0.isAsked } == 5)
    #expect(policy.baseline.map(\.name) == ["added.ttft.p50"])
    #expect(policy.conformance[.should] == .fail && policy.conformance[.must] == .fail)
    #expect(policy.accepted == ["fidelity/usage": "counts itself"])
  }

  @Test(arguments: [
    (
      "{ compare: { \"ttft.p59\": \"1ms\" } }",
      "p.json5:1:14: unknown figure `ttft.p59`; did you mean"
    ),
    ("{ compare: { \"tftt.p50\": \"1ms\" } }", "did you mean `ttft.p50`?"),
    ("{ compare: { \"ttft.p50\": \"ten\" } }", "p.json5:1:27: expected a duration"),
    ("{ compare: { \"ttft.p50\": \"0%\" } }", "must be above zero"),
    ("{ compare: { \"errors.rate\": \"1ms\" } }", "expected a margin such as `1%`"),
    ("{ compare: { \"ttft.p50\": \"1ms and 2%\" } }", "expected the end or `or`"),
    ("{ alpha: 1 }", "`alpha` must be 0.001 to 0.2"),
    ("{ objectives: [\"ttft.p98 < 1s\"] }", "p.json5:1:"),
    ("{ objectiv: [] }", "did you mean `objectives`?"),
    ("{ conformance: { must: \"off\" } }", "must be one of"),
    (
      "{ conformance: { accept: { \"fidelity/usages\": \"x\" } } }",
      "did you mean `fidelity/usage`?"
    ),
    ("[]", "a policy must be an object"),
  ])
  func policiesThatAreWrong(_ text: String, _ part: String) {
    let errors = errors(text)
    #expect(errors.contains { $0.contains(part) }, "\(errors)")
  }

  @Test func levelsAndAcceptance() throws {
    let record = try run()
    let plain = RunGate.judge(record, policy: Policy())
    #expect(plain.decision == .pass)
    #expect(plain.items.first { $0.name == "fidelity/usage" }?.outcome == .warn)
    let strict = RunGate.judge(
      record, policy: try policy("{ conformance: { should: \"fail\" } }"))
    #expect(strict.decision == .fail)
    let accepted = RunGate.judge(
      record,
      policy: try policy(
        "{ conformance: { should: \"fail\", accept: { \"fidelity/usage\": \"known\" } } }"))
    #expect(accepted.decision == .pass)
    #expect(accepted.items.first { $0.name == "fidelity/usage" }?.summary.contains("known") == true)
  }

  @Test func objectives() throws {
    let policy = try policy("{ objectives: [\"ttft.p50 < 1ms\", \"errors.rate < 0.5\"] }")
    let gate = RunGate.judge(try run(), policy: policy)
    #expect(gate.decision == .fail)
    #expect(gate.items.filter { $0.kind == .objective }.map(\.outcome) == [.fail, .pass])
    let failing = RunGate.judge(try run(end: "refused"), policy: policy)
    #expect(failing.items.filter { $0.kind == .objective }.map(\.outcome) == [.fail, .fail])
  }

  @Test func harnessFaultsAreErrors() throws {
    var record = try run()
    record.instrument.fit = false
    record.complete = false
    let gate = RunGate.judge(record, policy: Policy())
    #expect(gate.items.filter { $0.outcome == .error }.map(\.name) == ["complete", "fit"])
    #expect(gate.decision == .inconclusive)
  }

  /// The floor of each job is taken off before they are compared.
  @Test func runsAgainstABaseline() throws {
    let policy = try policy("{ baseline: { \"added.chunk.p50\": \"500us\" } }")
    func item(_ now: RunRecord, _ then: RunRecord) -> (GateItem?, [String]) {
      let gate = RunGate.judge(now, policy: policy, baseline: then)
      return (gate.items.first { $0.kind == .baseline }, gate.notes)
    }
    let slowMachine = try item(run(added: 3e6, floor: 2.2e6), run(added: 1e6, floor: 2e5))
    #expect(slowMachine.0?.outcome == .pass)
    let worse = try item(run(added: 3e6), run())
    #expect(worse.0?.outcome == .inconclusive)
    #expect(worse.0?.summary.contains("let relaymark compare decide") == true)
    let better = try item(run(), run(added: 3e6))
    #expect(better.0?.outcome == .pass)
    #expect(better.1.contains { $0.contains("improved by 2.00 ms") })
  }

  @Test func baselinesThatAreNotComparable() throws {
    var other = try run()
    other.machine.processor = "Q"
    var older = try run()
    older.tool.version = "0"
    var changed = try run()
    changed.targets[0].scenario.digest = "e"
    var dialect = try run()
    dialect.targets[0].dialect = "gemini"
    let words = ["another machine", "relaymark 0 measured it", "has no relay", "has no relay"]
    for (baseline, word) in zip([other, older, changed, dialect], words) {
      let gate = RunGate.judge(try run(), policy: Policy(), baseline: baseline)
      let item = gate.items.first { $0.kind == .baseline }
      #expect(item?.outcome == .inconclusive && item?.summary.contains(word) == true)
      #expect(gate.decision == .inconclusive)
    }
  }

  @Test func comparisonsAgainstABaseline() throws {
    let fast = SampleComparison.record(added: 1e7)
    let slow = SampleComparison.record(added: 9e7)
    let policy = try policy("{ baseline: { \"ttft.p50\": \"10%\" } }")
    func items(_ now: ComparisonRecord, _ then: ComparisonRecord) -> [GateItem] {
      ComparisonGate.judge(now, policy: policy, baseline: then).items
        .filter { $0.kind == .baseline }
    }
    #expect(items(fast, fast).map(\.outcome) == [.pass])
    #expect(items(slow, fast).map(\.outcome) == [.fail])
    #expect(items(fast, slow).map(\.outcome) == [.pass])
    let notes = ComparisonGate.judge(fast, policy: policy, baseline: slow).notes
    #expect(notes.contains { $0.contains("store this comparison as the new one") })
    var other = fast
    other.scenario.digest = "f"
    #expect(items(fast, other).first?.summary.contains("has changed since") == true)
    other = fast
    other.arms[1].dialect = "gemini"
    let words = "its dialect of \(other.arms[1].name) is gemini"
    #expect(items(fast, other).first?.summary.contains(words) == true)
  }

  @Test func policiesJudgeTheBlocksAgain() throws {
    let record = SampleComparison.record(added: 4e7)
    #expect(record.decision == .fail)
    let gate = ComparisonGate.judge(
      record, policy: try policy("{ compare: { \"ttft.p50\": \"60%\" } }"))
    #expect(gate.decision == .pass)
    #expect(gate.items.filter { $0.kind == .comparison }.count == 1)
  }

  @Test func aBrokenReferenceDecidesNothing() {
    var record = SampleComparison.record(added: 0, downFrom: 4)
    for index in record.blocks.indices {
      record.blocks[index].arm = record.blocks[index].arm == "old" ? "new" : "old"
    }
    let result = ComparisonFigures.judge(record, alpha: 0.05)[0]
    #expect(result.decision == .inconclusive)
    #expect(result.reason.contains("failed themselves"))
  }

  @Test func plansFollowTheNoise() throws {
    let record = SampleComparison.record(pairs: 10, added: 0)
    let estimate = try #require(PlanEstimate(record))
    let p50 = try #require(estimate.rows.first { $0.name == "ttft.p50" })
    #expect(p50.pairs == 10)
    let p99 = try #require(estimate.rows.first { $0.name == "ttft.p99" })
    #expect(try #require(p99.pairs) >= 10)
    var tight = SampleComparison.record(
      pairs: 10, added: 0, gates: [MeasureGate("ttft", "p50", absolute: 5e5)])
    #expect(try #require(PlanEstimate(tight)?.rows[0].pairs) > 100)
    tight.results = []
    #expect(PlanEstimate(tight) == nil)
    #expect(estimate.pairTime == .seconds(4))
  }
}
