import Core
import Foundation
import Testing

/// The log of faults that `relaymark proxy` writes.
@Suite(.waits) struct ProxyLogTests {
  /// Five events, one a write, and the end; or 500 and no end until the client leaves.
  private static func origin(isEndless: Bool = false) throws -> HostileServer {
    try HostileServer { _, connection in
      let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
      HostileServer.send(Array(head.utf8), to: connection)
      for _ in 0..<(isEndless ? 500 : 5) {
        HostileServer.send(Array("data: {\"n\":1}\n\n".utf8), to: connection)
      }
      if isEndless { HostileServer.waitForTheEnd(of: connection) }
    }
  }

  private func run(
    _ options: [String], shell: String? = nil, isEndless: Bool = false,
    use: (RunningProxy) throws -> Void
  ) throws -> CommandLineTool.Result {
    let origin = try Self.origin(isEndless: isEndless)
    defer { origin.stop() }
    return try RunningProxy.run(
      ["--listen=127.0.0.1:0", "--upstream=127.0.0.1:\(origin.port)"] + options, shell: shell,
      use: use)
  }

  private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// A stall has no end: its line is there while it lasts.
  @Test func aFaultIsToldOfAsItStrikes() throws {
    let result = try run(["--fault=stall at event(3)", "--log=-"]) { running in
      let client = try running.client()
      client.send(Self.request)
      let line = try RunningProxy.lines(in: try running.output.wait(forLines: 2))[1]
      #expect(line["type"] as? String == "fault" && line["proxy"] as? String == "proxy")
      #expect(line["kind"] as? String == "stall" && line["effect"] as? String == "silences")
      #expect(line["connection"] as? Int == 0 && line["request"] as? Int == 1)
      #expect(line["eventsBefore"] as? Int == 3 && line["bytesAfter"] == nil)
    }
    #expect(result.status == 0)
  }

  /// An endless message is as good as any: what is kept of it does not grow with its faults.
  @Test func aMessageWithoutAnEnd() throws {
    let result = try run(
      ["--fault=pause 0ms at every(1)", "--log=-"], isEndless: true
    ) { running in
      let client = try running.client()
      client.send(Self.request)
      let text = try running.output.wait(forLines: 300)
      // The last line may be there in part.
      let end = text.lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
      let lines = try RunningProxy.lines(in: String(text[..<end])).dropFirst()
      let events = lines.compactMap { $0["eventsBefore"] as? Int }
      #expect(events == Array(1...events.count))
    }
    #expect(result.status == 0)
  }

  @Test func whatCameBehindIsToldWhenTheMessageIsOver() throws {
    let result = try run(["--fault=pause 1ms at every(2)", "--log=-", "--seed=5"]) { running in
      let client = try running.client()
      client.send(Self.request)
      #expect(client.readToEnd() == .finished)
    }
    let lines = try RunningProxy.lines(in: result.out)
    #expect(lines.map { $0["type"] as? String } == [nil, "fault", "fault", "over"])
    let started = try #require(lines[0]["startedAt"] as? String)
    #expect(started.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    #expect(lines.compactMap { $0["eventsBefore"] as? Int } == [2, 4])
    #expect(lines[3]["events"] as? Int == 5 && lines[3]["connection"] as? Int == 0)
    let bytes = try #require(lines[3]["bytes"] as? Int)
    #expect(bytes > lines[2]["bytesBefore"] as? Int ?? .max)
    let instants = lines.compactMap { $0["at"] as? Int }
    #expect(instants == instants.sorted() && instants.count == 3)
  }

  /// `ulimit -f` is a disk that is full at some point.
  @Test func aFullDiskIsSaidAndTheProxyGoesOn() throws {
    let path = try CommandLineTool.scratch("proxy-log") + "/log.jsonl"
    let result = try run(
      ["--fault=reset at event(2)", "--log=\(path)"], shell: "ulimit -f 2"
    ) { running in
      for _ in 0..<20 {
        let client = try running.client()
        client.send(Self.request)
        #expect(client.readToEnd() == .reset)
      }
    }
    #expect(result.status == 0)
    #expect(result.error.contains("20 faults carried out"))
    #expect(result.error.matches(of: /the log cannot be written/).count == 1, "\(result.error)")
    let written = try RunningProxy.lines(of: path).count { $0["type"] as? String == "fault" }
    #expect((1..<20).contains(written))
    #expect(result.error.contains("\(20 - written) lines are missing in the log"))
  }

  @Test func aLogIsNeverOverwritten() throws {
    let path = try CommandLineTool.scratch("proxy-log") + "/log.jsonl"
    try "mine\n".write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run([
      "proxy", "--listen=127.0.0.1:0", "--upstream=127.0.0.1:1", "--log=\(path)",
    ])
    #expect(result.status == 2 && result.error.contains("never overwritten"))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine\n")
  }
}
