import Core
import Foundation
import Harness
import Platform
import Testing

/// What is left of a run that was killed.
@Suite(.waits) struct JournalTests {
  private static let scenario = """
    { name: "long", provider: { script: ["role", { text: { tokens: 10, gap: "5ms" } },
        { finish: "stop" }, "usage", "done"] },
      traffic: { concurrency: 8, streams: 100000 } }
    """

  /// Kills a run in the middle: its directory.
  private func killed() throws -> String {
    let directory = try CommandLineTool.scratch("journal")
    try Self.scenario.write(toFile: directory + "/s.json5", atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", directory + "/s.json5", "--out=\(directory)"], signal: SIGKILL,
      interruptWhen: { text in
        guard let match = text.matches(of: /long on direct: ([0-9,]+) of/).last else {
          return false
        }
        return Int(match.1.filter { $0 != "," }) ?? 0 >= 16
      })
    #expect(result.status == SIGKILL)
    #expect(!FileManager.default.fileExists(atPath: directory + "/run.json"))
    return directory
  }

  @Test func aKilledRunKeepsWhatHadFinished() throws {
    let directory = try killed()
    let journal = directory + "/exchanges.jsonl"
    let report = try CommandLineTool.run(["report", journal, "--out=\(directory)/again"])
    #expect(report.status == 0, "\(report.error)")
    let record = try JSONDecoder().decode(
      RunRecord.self, from: Data(contentsOf: URL(fileURLWithPath: directory + "/again/run.json")))
    #expect(!record.complete && record.note.hasPrefix("partial: the run was killed"))
    let target = try #require(record.targets.first)
    // Progress was told of at least 16; the queue that writes may be a little behind.
    #expect(target.exchanges.total >= 8)
    #expect(target.exchanges.byEnd == ["done": target.exchanges.total])
    #expect(target.measures["ttft"]?.n == target.exchanges.total)
    #expect(target.measures["gap"]?.n ?? 0 > 0 && target.measures["added.chunk"] == nil)
    #expect(target.verdicts.isEmpty && target.scenario.name == "long")

    // The next run in the same place keeps it, and leaves none of its own.
    let next = try CommandLineTool.run([
      "run", directory + "/s.json5", "--streams=8", "--out=\(directory)", "--quiet",
      "--allow-unfit",
    ])
    #expect(next.status == 0, "\(next.error)")
    #expect(next.error.contains("exchanges-1.jsonl"))
    #expect(!FileManager.default.fileExists(atPath: journal))
    #expect(FileManager.default.fileExists(atPath: directory + "/exchanges-1.jsonl"))
  }

  private func journal(key: String? = nil, _ exchanges: [Exchange]) throws -> [UInt8] {
    let path = try CommandLineTool.scratch("journal") + "/e.jsonl"
    let journal = try ExchangeJournal(path: path, version: "test", seed: 7, key: key) { _ in }
    let facts = TargetRecord.ScenarioFacts(
      name: "s", about: "", streams: 5, concurrency: 1, arrivals: "closed", faults: [])
    journal.begin(
      TargetRecord(
        name: "t", url: "", topology: .direct, dialect: "openai-chat", scenario: facts),
      stream: true)
    for exchange in exchanges { journal.finished(exchange) }
    journal.flush()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func exchange(_ ordinal: Int, body: String) -> Exchange {
    let start = Instant(nanoseconds: 5_000_000)
    var exchange = Exchange(
      ordinal: ordinal, nonce: Nonce(value: UInt64(ordinal)), warmup: false, intended: start,
      started: start)
    exchange.sent = start
    exchange.status = 200
    exchange.headers = [HeaderField(name: "Content-Type", value: "text/event-stream")]
    exchange.body = Array(body.utf8)
    exchange.timeline.append(
      ReadMark(instant: start + .milliseconds(3), offset: 0, length: body.utf8.count, wake: 1))
    exchange.ended = start + .milliseconds(4)
    exchange.transport = .complete
    return exchange
  }

  private static let done =
    "data: {\"choices\":[{\"delta\":{\"content\":\"sk-secret-key\"}}]}\n\ndata: [DONE]\n\n"

  @Test func everyCutReadsUpToTheLastWholeLine() throws {
    let whole = try journal([exchange(0, body: Self.done), exchange(1, body: Self.done)])
    #expect(JournalReader.isJournal(whole))
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
    #expect(ends.count == 4)
    for length in stride(from: ends[1] + 1, through: whole.count, by: 97) {
      let record = try JournalReader.read(Array(whole[..<length]))
      let expected = ends.dropFirst(2).count { $0 < length }
      #expect(record.targets.first?.exchanges.total == expected)
    }
    let record = try JournalReader.read(whole)
    #expect(record.seed == 7 && record.targets[0].measures["ttft"]?.max == 3e6)
  }

  /// The line is put together by hand and read by `JSONDecoder`: every field must come back.
  @Test func anExchangeComesBackAsItWas() throws {
    var odd = exchange(3, body: "")
    odd.warmup = true
    odd.intended = Instant(nanoseconds: 1)
    odd.sent = nil
    odd.left = odd.started + .milliseconds(2)
    odd.connectTime = .microseconds(7)
    odd.tlsTime = .microseconds(9)
    odd.httpVersion = "1.1"
    odd.headers.append(HeaderField(name: "X-\"Odd\"", value: "tab\t, line\n, \u{1}, ü, \\"))
    odd.transport = .failed(.timeoutIdle)
    odd.detail = "nothing for \"1 s\" \\"
    odd.body = (0...255).map { UInt8($0) }
    odd.timeline = Timeline()
    odd.timeline.append(ReadMark(instant: odd.started, offset: 0, length: 255, wake: 0))
    odd.timeline.append(ReadMark(instant: odd.ended, offset: 255, length: 1, wake: .max))
    for original in [odd, exchange(0, body: Self.done)] {
      let line = try #require(JournalReader.exchange(JournalReader.line(of: original)))
      #expect("\(line)" == "\(original)")
    }
  }

  @Test func aKeyIsNotInIt() throws {
    let bytes = try journal(key: "sk-secret-key", [exchange(0, body: Self.done)])
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains(Data("sk-secret".utf8).base64EncodedString().dropLast(4)))
    #expect(try JournalReader.read(bytes).targets[0].exchanges.byEnd == ["done": 1])
  }

  @Test func brokenJournalsAreNamed() throws {
    let whole = String(decoding: try journal([exchange(0, body: Self.done)]), as: UTF8.self)
    let lines = whole.split(separator: "\n").map(String.init)
    func failure(_ lines: [String]) -> String {
      do {
        _ = try JournalReader.read(Array((lines.joined(separator: "\n") + "\n").utf8))
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      failure([lines[0], "garbage"] + lines[1...]) == "line 2 of the journal cannot be read")
    #expect(failure([lines[0], lines[2]]) == "line 2 of the journal cannot be read")
    #expect(
      failure([lines[0].replacingOccurrences(of: "exchanges/1", with: "exchanges/9")]).contains(
        "exchanges/9"))
    #expect(!JournalReader.isJournal(Array("{\"schema\":\"relaymark.run/1\"}".utf8)))
  }
}
