import Core
import Foundation
import Reporting
import TestSupport
import Testing

/// What a conformance record looks like in the file and on a terminal.
@Suite struct ConformanceReportTests {
  static let record: ConformanceRecord = {
    let log = WireLog(
      status: 200, headers: [HeaderField(name: "Content-Type", value: "text/event-stream")],
      end: "done", endNs: .milliseconds(40),
      reads: [WireLog.Entry(atNs: .milliseconds(3), text: "data: [DONE]\n\n")],
      writes: [WireLog.Entry(atNs: .milliseconds(2), text: "token 0")], cutBytes: 7)
    func verdict(
      _ id: String, _ slug: String, _ outcome: ConformanceVerdict.Outcome,
      _ severity: ConformanceSeverity = .major
    ) -> ConformanceVerdict {
      ConformanceVerdict(
        id: id, slug: slug, level: .must, severity: severity, verdict: outcome,
        skip: outcome == .skip ? .optIn : nil, requirement: "what is asked for", source: "a text",
        stimuli: ["a stimulus"], expected: ["this", "that"], actual: ["something else"], tried: 3,
        bad: outcome == .fail ? 2 : 0,
        evidence: outcome == .fail
          ? ConformanceEvidence(stimulus: "a stimulus", relayed: log, direct: log) : nil)
    }
    return ConformanceRecord(
      tool: RunRecord.Tool(version: "1", curl: "libcurl/8"), startedAt: "2026-01-01T00:00:00Z",
      durationNs: .seconds(12), complete: true, note: "",
      machine: RunRecord.Machine(system: "Linux", processor: "x", cores: 2, memoryBytes: 1 << 30),
      seed: 1,
      target: ConformanceRecord.Relay(
        name: "litellm", url: "http://127.0.0.1:4000/v1", topology: .twoSided,
        pairs: [DialectPair(face: "openai-responses", upstream: "openai-chat")],
        probes: ["GET /health": 1]),
      repetitions: 3,
      verdicts: [
        verdict("FLT-001", "flt/reset", .fail),
        verdict("FLT-004", "flt/clean-eof", .fail, .critical),
        verdict("SSE-001", "sse/last-event-ends", .pass), verdict("SSE-003", "sse/utf8", .warn),
        verdict("TIM-007", "tim/idle", .skip),
      ])
  }()

  @Test func theRecordKeepsToItsSchema() throws {
    let text = ConformanceJSON.render(Self.record)
    let schema = try JSONSchema.committed("conformance")
    #expect(schema.errors(try JSON.parse(text)) == [])
    #expect(schema.undescribed == [])
    #expect(
      try JSONDecoder().decode(ConformanceRecord.self, from: Data(text.utf8)) == Self.record)
  }

  @Test func oneLineSaysIt() {
    #expect(
      ConformanceSummary(Self.record).line
        == "litellm: 1 pass, 1 warn, 2 fail (1 critical: flt/clean-eof), 1 skip")
  }

  @Test func theWorstComesFirst() throws {
    let text = ConformanceTerminal().render(Self.record)
    let first = try #require(text.firstRange(of: "FLT-004"))
    let second = try #require(text.firstRange(of: "FLT-001"))
    #expect(first.lowerBound < second.lowerBound)
    #expect(text.contains("2 of 3 exchanges"))
    #expect(text.contains("skipped, opt-in: TIM-007"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
