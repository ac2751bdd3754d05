import Core
import Foundation
import TestSupport
import Testing

/// The self-test from the command line, and what later runs make of what it leaves.
@Suite(.waits) struct SelfTestTests {
  private func state() throws -> (home: String, file: String) {
    let home = try CommandLineTool.scratch("state")
    return (home, home + "/relaymark/selftest.json")
  }

  /// One short run with that state directory.
  private func run(_ home: String) throws -> (record: RunRecord, out: String) {
    let directory = try CommandLineTool.scratch("selftest-run")
    let path = directory + "/short.json5"
    try """
    { name: "short", provider: { script: ["role", { text: { tokens: 3, gap: "2ms" } }, "done"] },
      traffic: { streams: 3, usage: false } }
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", path, "--target=builtin", "--out=\(directory)", "--allow-unfit", "--quiet"],
      environment: ["XDG_STATE_HOME": home])
    #expect(result.status == 0, "\(result.error)")
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let words = result.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return (try JSONDecoder().decode(RunRecord.self, from: data), words)
  }

  @Test func laterRunsReferToIt() throws {
    let (home, file) = try state()
    let bare = try run(home)
    #expect(bare.record.instrument.selftest == nil && bare.out.contains("Run relaymark selftest"))

    let result = try CommandLineTool.run(
      ["selftest", "--json", "--allow-unfit", "--quiet"], environment: ["XDG_STATE_HOME": home])
    #expect(result.status == 0, "\(result.error)")
    let record = try JSONDecoder().decode(SelfTestRecord.self, from: Data(result.out.utf8))
    #expect(try JSONSchema.committed("selftest").errors(JSON.parse(result.out)) == [])
    #expect(record.durationNs < .seconds(60))
    #expect(record.figures.levels.map(\.streams) == [1, 64, 256])
    for level in record.figures.levels {
      #expect(level.ttft.n >= 5 && level.gap.n > level.ttft.n && level.ttft.p99 > 0)
      #expect(Set(level.lateness.keys) == ["send", "write", "read"])
      #expect(level.lateness["read"]?.n ?? 0 > 20)
    }
    #expect(Set(record.figures.floor.keys) == ["added.chunk", "added.ttft"])
    #expect(record.figures.chunksPerSecond > 1_000)
    let kept = try String(contentsOfFile: file, encoding: .utf8)
    #expect(kept == result.out)

    let later = try run(home)
    #expect(later.record.instrument.selftest?.startedAt == record.startedAt)
    #expect(later.record.instrument.selftest?.sameMachine == true)
    #expect(later.record.instrument.selftest?.figures == record.figures)
    #expect(later.out.contains("from the self-test of") && later.out.contains("± "))
    #expect(later.record.instrument.lateness["read"]?.n ?? 0 > 0)

    try damagedOnesAreOfNoUse(home, file, kept)
  }

  /// What is in the place of a self-test and is none of this machine and version.
  private func damagedOnesAreOfNoUse(_ home: String, _ file: String, _ kept: String) throws {
    let fields = try JSONDecoder().decode(SelfTestRecord.self, from: Data(kept.utf8))
    for (text, words) in [
      ("", "it is no self-test"), ("{\"schema\": \"rela", "it is no self-test"),
      (
        kept.replacing(SelfTestRecord.schemaID, with: "relaymark.selftest/9"),
        "another version of relaymark"
      ),
      (kept.replacing("\"p99\" : ", with: "\"p98\" : "), "it is damaged"),
      (kept.replacing("\"p99\" : ", with: "\"p99\" : -"), "it is damaged"),
      (
        kept.replacing(
          "\"version\" : \"\(fields.tool.version)\"", with: "\"version\" : \"0.0.1\""),
        "relaymark 0.0.1 wrote it"
      ),
      (kept.replacing(fields.startedAt, with: "2020-01-01T00:00:00Z"), "30 days old"),
    ] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let later = try run(home)
      #expect(later.record.instrument.selftest == nil, "\(words)")
      #expect(
        later.record.instrument.remarks.contains { $0.contains(file) && $0.contains(words) },
        "\(words): \(later.record.instrument.remarks)")
      #expect(later.out.contains("No error bars"))
    }
    try kept.replacing(
      "\"cores\" : \(fields.machine.cores)", with: "\"cores\" : \(fields.machine.cores + 1)"
    ).write(toFile: file, atomically: true, encoding: .utf8)
    let elsewhere = try run(home)
    #expect(elsewhere.record.instrument.selftest?.sameMachine == false)
    #expect(elsewhere.record.instrument.remarks.contains { $0.contains("of another machine") })
    #expect(!elsewhere.out.contains("from the self-test of"))
  }

  @Test func itSaysWhatIsWrongWithTheCommandLine() throws {
    let operand = try CommandLineTool.run(["selftest", "now"])
    #expect(operand.status == 2 && operand.error.contains("\"now\""))
    let option = try CommandLineTool.run(["selftest", "--jsn"])
    #expect(option.status == 2 && option.error.contains("did you mean --json"))
    let help = try CommandLineTool.run(["selftest", "--help"])
    #expect(help.status == 0 && help.out.contains("examples:"))
  }
}
