import Core
import Foundation
import Testing

/// Relays from hell before the conformance suite: bounded time and memory, a verdict or an error, and
/// the suite goes on.
@Suite(.waits) struct ConformBadInputTests {
  private static let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

  /// Four checks on a server, with 1,000,000 KiB of data (not quite a gigabyte) to spend.
  private func conform(
    _ server: HostileServer, _ more: [String] = []
  ) throws -> (result: CommandLineTool.Result, record: ConformanceRecord) {
    let directory = try CommandLineTool.scratch("conform-bad")
    let result = try CommandLineTool.run(
      [
        "conform", "--target=bad=\(server.baseURL)", "--only=SSE-001,CHAT-002,HTTP-001,USE-001",
        "--out=\(directory)", "--quiet",
      ] + more, shell: "ulimit -d 1000000")
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/conformance.json"))
    #expect(data.count < 1 << 20, "a record of \(data.count) bytes")
    return (result, try JSONDecoder().decode(ConformanceRecord.self, from: data))
  }

  private func expectVerdicts(
    _ result: CommandLineTool.Result, _ record: ConformanceRecord, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(record.complete, "\(record.note)", sourceLocation: sourceLocation)
    #expect(result.status == 1, "\(result.error)", sourceLocation: sourceLocation)
    #expect(record.verdicts.count == 4, sourceLocation: sourceLocation)
    #expect(
      record.verdicts.allSatisfy { $0.verdict == .fail || $0.verdict == .pass },
      sourceLocation: sourceLocation)
    #expect(
      record.verdicts.contains { $0.actual.contains { $0.contains(words) } },
      "\(record.verdicts.map(\.actual))", sourceLocation: sourceLocation)
  }

  @Test func silenceIsAnError() throws {
    let server = try HostileServer { _, connection in
      HostileServer.waitForTheEnd(of: connection)
    }
    defer { server.stop() }
    let (result, record) = try conform(server, ["--provider=127.0.0.1:0"])
    #expect(result.status == 5)
    #expect(!record.complete)
    #expect(record.note.contains("no answer to a plain request"), "\(record.note)")
    #expect(result.error.contains("no body byte within 8.00 s"), "\(result.error)")
  }

  @Test func bodiesWithoutEndAreCut() throws {
    let event = #"data: {"choices":[{"index":0,"delta":{"content":"again "}}]}"# + "\n\n"
    let events = Array(String(repeating: event, count: 4_096).utf8)
    let server = try HostileServer(head: Self.stream + "\r\n", body: events, repeats: 100_000)
    defer { server.stop() }
    let (result, record) = try conform(server)
    expectVerdicts(result, record, "an answer without end")
  }

  @Test func aGigabyteOnOneLineIsCut() throws {
    let server = try HostileServer(
      head: Self.stream + "Content-Length: 1073741824\r\n\r\ndata: ",
      body: Array(repeating: UInt8(ascii: "x"), count: 1 << 20), repeats: 1_024)
    defer { server.stop() }
    let (result, record) = try conform(server)
    expectVerdicts(result, record, "an answer without end")
  }

  /// As an event, and as the body of an error.
  @Test(arguments: [true, false]) func deepNestingIsNoJSON(inStream: Bool) throws {
    let depth = 100_000
    let deep =
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let nested = #"{"choices":[{"index":0,"delta":{"content":\#(deep)}}]}"#
    let server = try HostileServer(
      head: inStream
        ? Self.stream + "\r\n"
        : "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n",
      body: Array((inStream ? "data: \(nested)\n\ndata: [DONE]\n\n" : nested).utf8))
    defer { server.stop() }
    let (result, record) = try conform(server)
    expectVerdicts(result, record, inStream ? "no usage" : "status 400")
  }

  /// A block of deflate that says one byte 258 times over, again and again: 1,000 to 1.
  @Test func compressedBombsAreCut() throws {
    let directory = try CommandLineTool.scratch("bomb")
    let bomb = directory + "/bomb.gz"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "head -c 268435456 /dev/zero | gzip -9 >\(bomb)"]
    try process.run()
    process.waitUntilExit()
    let body = [UInt8](try Data(contentsOf: URL(fileURLWithPath: bomb)))
    #expect(body.count < 1 << 20)
    let server = try HostileServer(
      head: Self.stream + "Content-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n",
      body: body)
    defer { server.stop() }
    let (result, record) = try conform(server)
    expectVerdicts(result, record, "an answer without end")
  }

  /// A head without end, and one that is none.
  @Test(arguments: ["X-Long: a\r\n", "\u{0}\u{1}\r\n"]) func badHeadsAreErrors(_ line: String)
    throws
  {
    let server = try HostileServer(
      head: "HTTP/1.1 200 OK\r\n", body: Array(line.utf8), repeats: 1_000_000)
    defer { server.stop() }
    let (result, record) = try conform(server)
    #expect([1, 5].contains(result.status), "\(result.out)\(result.error)")
    #expect(record.verdicts.allSatisfy { $0.verdict != .pass } || !record.complete)
  }
}
