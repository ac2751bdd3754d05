import Core
import Foundation
import Platform
import Testing

/// `compare`, `plan` and `gate` as a user runs them.
@Suite(.waits) struct CompareTests {
  private func scenario(_ directory: String) throws -> String {
    let file = directory + "/s.json5"
    try """
    { name: "s", provider: { think: "2ms", script: ["role", { text: { tokens: 4, gap: "1ms" } },
      { finish: "stop" }, "done"] }, traffic: { streams: 5 } }
    """.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  private let quick = ["--pairs=10", "--streams=6", "--arrivals=poisson 200/s", "--quiet"]

  private func record(_ directory: String) throws -> ComparisonRecord {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(
      ComparisonRecord.self,
      from: Data(contentsOf: URL(fileURLWithPath: directory + "/compare.json")))
  }

  @Test func aDelayOnOneArmIsFoundAndEverythingIsWritten() throws {
    let directory = try CommandLineTool.scratch("compare")
    let file = try scenario(directory)
    let result = try CommandLineTool.run(
      [
        "compare", file, "--arm=plain=direct", "--arm=slow=direct,leg-b=latency 30ms", "--gate",
        "--allow-unfit", "--out=\(directory)",
      ] + quick)
    #expect(result.status == 1, "\(result.error)\(result.out)")
    let record = try record(directory)
    #expect(record.complete && record.decision == .fail)
    #expect(record.blocks.count == 22)
    #expect(record.wholePairs == Array(1...10))
    let ttft = try #require(record.results[0].measures.first { $0.name == "ttft.p50" })
    #expect(ttft.state == .fail)
    #expect(try #require(ttft.delta) > 2.5e7)
    #expect(record.arms[1].faults == ["leg b: latency 30ms"])
    for name in ["compare.html", "compare.md"] {
      #expect(FileManager.default.fileExists(atPath: "\(directory)/\(name)"))
    }
    // Both arms of a pair got the same requests, and no two pairs did.
    let orders = Set(record.blocks.filter { $0.position == 0 }.map(\.arm))
    #expect(orders == ["plain", "slow"])

    let formats = "junit,tap,comment,step-summary,annotations,openmetrics,otlp,csv,badge,gate,html"
    let summary = directory + "/summary.md"
    let gate = try CommandLineTool.run(
      [
        "gate", directory + "/compare.json", "--format=\(formats)", "--out=\(directory)/ci",
        "--allow-unfit", "--history=\(directory)/history.jsonl",
      ], environment: ["GITHUB_STEP_SUMMARY": summary, "GITHUB_ACTIONS": "true"])
    #expect(gate.status == 1, "\(gate.error)")
    #expect(gate.out.contains("::error title=relaymark slow%3A ttft.p50"))
    #expect(try String(contentsOfFile: summary, encoding: .utf8).contains("relaymark: Failed"))
    let written = try FileManager.default.contentsOfDirectory(atPath: directory + "/ci")
    #expect(written.count == 11, "\(written)")
    let history = try CommandLineTool.run([
      "report", "--history=\(directory)/history.jsonl", "--out=\(directory)/h",
    ])
    #expect(history.status == 0, "\(history.error)")
    let page = try String(contentsOfFile: directory + "/h/history.html", encoding: .utf8)
    #expect(page.contains("slow over plain: ttft.p50"))
  }

  @Test func anArmThatIsDownFromTheBeginningIsAMistake() throws {
    let directory = try CommandLineTool.scratch("compare")
    let result = try CommandLineTool.run(
      [
        "compare", try scenario(directory), "--arm=direct",
        "--arm=gone=http://127.0.0.1:9/v1", "--out=\(directory)",
      ] + quick)
    #expect(result.status == 5)
    #expect(result.error.contains("arm gone: no stream of the pair that warms up ended well"))
  }

  /// The relay of one arm is gone after half of the pairs: what was measured is kept and judged.
  @Test func anArmThatDiesHalfWayFailsByItsErrors() throws {
    let directory = try CommandLineTool.scratch("compare")
    let file = try scenario(directory)
    let (free, port) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    Socket.close(free)
    var outcome: CommandLineTool.Result?
    let proxy = try RunningProxy.run(
      ["--listen=127.0.0.1:0", "--upstream=\(port)", "--api=127.0.0.1:0"]
    ) { relay in
      outcome = try CommandLineTool.run(
        [
          "compare", file, "--arm=plain=http://\(port)/v1,provider=\(port)",
          "--arm=dying=http://\(relay.listen)/v1,provider=\(port)", "--gate", "--allow-unfit",
          "--pairs=10", "--streams=6", "--arrivals=poisson 200/s", "--out=\(directory)",
        ],
        interruptWhen: { notes in
          if notes.contains("pair 5 of 10") {
            _ = try? relay.control("POST /proxies/proxy", "{\"enabled\": false}")
          }
          return false
        })
    }
    #expect(proxy.status == 0, "\(proxy.error)")
    let result = try #require(outcome)
    #expect(result.status == 1, "\(result.error)\(result.out)")
    #expect(result.error.contains("6 of dying ended badly"))
    let record = try record(directory)
    #expect(record.complete && record.blocks.count == 22 && record.decision == .fail)
    let dying = record.blocks.filter { $0.arm == "dying" }.sorted { $0.pair < $1.pair }
    #expect(dying[..<6].allSatisfy { $0.exchanges.done == 6 })
    // How soon the relay goes after the fifth pair is up to the machine.
    #expect(try #require(dying.last).exchanges.done == 0)
    let errors = try #require(record.results[0].measures.first { $0.measure == "errors" })
    #expect(errors.state == .fail && (errors.delta ?? 0) > 0.05)
  }

  @Test func failingStreamsAreGatedByTheirShare() throws {
    let directory = try CommandLineTool.scratch("compare")
    let result = try CommandLineTool.run(
      [
        "compare", try scenario(directory), "--arm=plain=direct",
        "--arm=broken=direct,leg-b=reset at event(2) p=0.5", "--gate", "--allow-unfit",
        "--out=\(directory)",
      ] + quick)
    #expect(result.status == 1, "\(result.error)\(result.out)")
    let figures = try record(directory).results[0].measures
    #expect(figures.first { $0.measure == "errors" }?.state == .fail)
  }

  @Test func plans() throws {
    let directory = try CommandLineTool.scratch("plan")
    let result = try CommandLineTool.run(
      ["plan", try scenario(directory), "--arm=direct", "--allow-unfit"] + quick)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.out.contains("direct against itself, 10 pairs of 6 streams"))
    #expect(result.out.contains("relaymark compare … --pairs="))
  }

  @Test(arguments: [
    (["--arm=direct"], "two arms or more"),
    (["--arm=direct", "--arm=direct"], "two arms are called direct"),
    (["--arm=direct", "--arm=b=direct,provder=127.0.0.1:1"], "did you mean provider?"),
    (["--arm=direct", "--arm=b=direct,leg-b=latncy 3ms"], "unknown fault `latncy`"),
    (["--arm=direct", "--arm=b=direct,scenario=x"], "play the same scenario"),
    (["--arm=direct", "--arm=bultin"], "did you mean builtin?"),
    (["--arm=direct", "--arm=builtin", "--pairs=5"], "whole number from 10"),
    (["--arm=direct", "--arm=builtin", "--looks=5,20"], "looks rise from at least 10 pairs"),
    (["--arm=direct", "--arm=builtin", "--arrivals=closed"], "needs an open loop"),
    (["a", "b", "--arm=direct", "--arm=builtin"], "play one scenario, and these are 2"),
    (["--arm=direct", "--arm=builtin", "--policy=/nowhere"], "cannot read /nowhere"),
  ])
  func commandLinesThatAreWrong(_ arguments: [String], _ part: String) throws {
    let directory = try CommandLineTool.scratch("compare")
    let result = try CommandLineTool.run(["compare", "--out=\(directory)"] + arguments)
    #expect(result.status == 2, "\(result.out)\(result.error)")
    #expect(result.error.contains(part), "\(result.error)")
  }

  @Test func aPolicyThatAsksForMoreThanThereIs() throws {
    let directory = try CommandLineTool.scratch("compare")
    let policy = directory + "/p.json5"
    try "{ compare: { \"ttft.p99\": \"25%\" } }".write(
      toFile: policy, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      [
        "compare", try scenario(directory), "--arm=direct", "--arm=builtin",
        "--policy=\(policy)", "--out=\(directory)",
      ] + quick)
    #expect(result.status == 2)
    #expect(result.error.contains("ttft.p99 needs 299 streams of each arm"), "\(result.error)")
  }

  @Test func gatesRefuseWhatTheyCannotRead() throws {
    let directory = try CommandLineTool.scratch("gate")
    let file = directory + "/old.json"
    try "{\"schema\": \"relaymark.compare/0\"}".write(
      toFile: file, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(["gate", file])
    #expect(result.status == 2)
    #expect(result.error.contains("this version reads \"relaymark.compare/1\""), "\(result.error)")
    let made = try CommandLineTool.run([
      "run", try scenario(directory), "--out=\(directory)", "--quiet", "--allow-unfit",
      "--floor-share=0",
    ])
    #expect(made.status == 0, "\(made.error)")
    let run = directory + "/run.json"
    let mixed = try CommandLineTool.run(["gate", run, "--baseline=\(file)"])
    #expect(mixed.status == 2)
    let unknown = try CommandLineTool.run(["gate", run, "--format=junitt"])
    #expect(unknown.error.contains("did you mean junit?"))
    let sent = try CommandLineTool.run(["gate", run, "--allow-unfit", "--otlp=http://127.0.0.1:9"])
    #expect(sent.status == 5)
    #expect(sent.error.contains("no answer from the collector at http://127.0.0.1:9/v1/metrics"))
  }
}
