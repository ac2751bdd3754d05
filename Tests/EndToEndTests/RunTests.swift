import Core
import Foundation
import Testing

/// Whole runs over real sockets, from the scenario file to the record.
@Suite(.waits) struct RunTests {
  private func run(_ arguments: [String]) throws -> (CommandLineTool.Result, RunRecord) {
    let directory = try CommandLineTool.scratch("run")
    let result = try CommandLineTool.run(
      ["run"] + arguments + ["--out=\(directory)", "--allow-unfit", "--quiet"])
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return (result, try JSONDecoder().decode(RunRecord.self, from: data))
  }

  private func verdict(_ id: String, _ record: RunRecord) -> Verdict.Outcome? {
    record.targets.first?.verdicts.first { $0.id == id }?.verdict
  }

  @Test func builtinRelayPasses() throws {
    let (result, record) = try run(["streaming/steady-50ms", "--target=builtin", "--streams=4"])
    #expect(result.status == 0, "\(result.out)\(result.error)")
    #expect(record.complete)
    #expect(record.instrument.floor["added.chunk"]?.n ?? 0 > 0)
    #expect(record.instrument.floor["added.ttft"]?.n ?? 0 >= 30)
    #expect(record.instrument.lateness["send"] != nil && record.instrument.lateness["write"] != nil)
    let target = try #require(record.targets.first)
    #expect(target.exchanges.byEnd == ["done": 4])
    #expect(target.measures["added.chunk"]?.n == 80)
    #expect(target.measures["gap"]?.n == 76)
    for id in ["buffering", "content", "events", "terminator", "usage"] {
      #expect(verdict("fidelity/\(id)", record) == .pass, "fidelity/\(id)")
    }
  }

  /// What the built-in relay passes on untouched is how each of these ends for a client.
  @Test(arguments: [
    ("faults/reset-after-5", "reset", "pass"), ("faults/cut-after-5", "premature", "pass"),
    ("faults/clean-eof", "eof-without-terminator", "warn"),
    ("faults/error-event", "error-event", "pass"), ("faults/leg-b-reset", "reset", "pass"),
    ("faults/leg-b-close", "premature", "pass"),
  ])
  func brokenUpstreams(scenario: String, end: String, truncation: String) throws {
    let (result, record) = try run([scenario, "--target=builtin", "--streams=2"])
    #expect(result.status == 0, "\(result.out)\(result.error)")
    #expect(record.targets.first?.exchanges.byEnd == [end: 2])
    #expect(verdict("faults/truncation", record)?.rawValue == truncation)
  }

  @Test(arguments: ["while-streaming", "while-silent", "before-first-byte"])
  func leavingClosesTheUpstream(name: String) throws {
    let (result, record) = try run(["cancel/\(name)", "--target=builtin", "--streams=2"])
    #expect(result.status == 0, "\(result.out)\(result.error)")
    #expect(record.targets.first?.exchanges.byEnd == ["cancelled": 2])
    #expect(verdict("cancel/\(name)", record) == .pass)
  }

  @Test(arguments: ["errors/429-retry-after", "errors/500", "errors/529"])
  func errorsKeepTheirStatus(scenario: String) throws {
    let (_, record) = try run([scenario, "--target=builtin", "--streams=2"])
    #expect(record.targets.first?.exchanges.byEnd == ["http-error": 2])
    #expect(verdict("errors/status", record) == .pass)
  }

  @Test func stallsAreReported() throws {
    let (_, record) = try run(["faults/stall", "--target=builtin", "--streams=1"])
    #expect(record.targets.first?.exchanges.byEnd == ["timeout-idle": 1])
    #expect(verdict("faults/stall", record) == .warn)
  }

  @Test func resetOnTheClientsLegIsOurs() throws {
    let (_, record) = try run(["faults/leg-a-reset", "--target=builtin", "--streams=2"])
    #expect(record.targets.first?.exchanges.byEnd == ["reset": 2])
    #expect(record.targets.first?.faults.count == 2)
    #expect(verdict("faults/truncation", record) == .skip)
  }

  @Test func jsonGoesToStandardOutput() throws {
    let (result, record) = try run([
      "streaming/steady-50ms", "--target=direct", "--streams=1", "--json",
    ])
    let printed = try JSONDecoder().decode(RunRecord.self, from: Data(result.out.utf8))
    #expect(printed == record)
  }

  @Test func missedObjectiveFails() throws {
    let directory = try CommandLineTool.scratch("objective")
    let path = directory + "/objective.json5"
    try """
    { name: "objective", provider: { script: ["role", { text: { tokens: 2, gap: "1ms" } }, "done"] },
      traffic: { streams: 2 }, expect: ["ttft.p99 < 1us"] }
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let (result, record) = try run([path])
    #expect(result.status == 1)
    #expect(record.targets.first?.expectations.first?.outcome == .fail)
  }
}
