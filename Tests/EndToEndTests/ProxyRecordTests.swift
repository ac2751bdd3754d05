import Core
import Foundation
import Platform
import Testing
import Wire

/// `relaymark proxy --record`, as a user runs it, whatever happens to it.
@Suite(.waits) struct ProxyRecordTests {
  private static let key = "sk-test-0123456789abcdef"

  private static let request =
    "POST /v1/chat/completions?api-version=1&key=\(key) HTTP/1.1\r\nHost: a\r\n"
    + "Authorization: Bearer \(key)\r\nContent-Length: 2\r\n\r\n{}"

  private static let head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nSet-Cookie: id=\(key)\r\n\r\n"

  private static func event(_ number: Int) -> String { "data: {\"n\":\(number)}\n\n" }

  /// Answers with a head, then with these events in one write each, and FIN.
  private static func upstream(events: Int) throws -> HostileServer {
    try HostileServer { _, connection in
      HostileServer.send(Array(head.utf8), to: connection)
      for number in 1...events {
        guard HostileServer.send(Array(event(number).utf8), to: connection) else { return }
      }
    }
  }

  private final class Seen: @unchecked Sendable {
    var clients: [[UInt8]] = []
    var ends: [BlockingClient.End?] = []
  }

  /// Runs the proxy until `client` is through, then sends it a signal.
  private func proxy(
    to server: HostileServer, record path: String, _ more: [String] = [], shell: String? = nil,
    signal: Int32 = SIGINT,
    client: (_ notes: String, _ proxy: Endpoint) throws -> Void
  ) throws -> CommandLineTool.Result {
    try CommandLineTool.run(
      [
        "proxy", "--listen=127.0.0.1:0", "--upstream=127.0.0.1:\(server.port)",
        "--record=\(path)", "--key-env=PROXY_KEY",
      ] + more, environment: ["PROXY_KEY": Self.key], shell: shell, signal: signal,
      interruptWhen: { notes in
        guard notes.contains("Ctrl-C ends it"),
          let match = notes.firstMatch(of: /proxy listens at ([0-9.:]+) and/),
          let endpoint = Endpoint(String(match.1))
        else { return false }
        try client(notes, endpoint)
        return true
      })
  }

  private static func downstream(_ recording: Recording, connection: Int = 1) -> [UInt8] {
    recording.entries.filter { $0.connection == connection }.flatMap { entry -> [UInt8] in
      if case .read(.downstream, let bytes) = entry.event { bytes } else { [] }
    }
  }

  private static func masked(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    return Array(
      text.replacing("id=\(key)", with: String(repeating: "*", count: key.count + 3)).utf8)
  }

  @Test func everyProxyOfTheProcessIsInOneFile() throws {
    let directory = try CommandLineTool.scratch("proxy-record")
    let server = try Self.upstream(events: 3)
    defer { server.stop() }
    try """
    [{"name":"second","listen":"127.0.0.1:0","upstream":"127.0.0.1:\(server.port)"}]
    """.write(toFile: directory + "/p.json", atomically: true, encoding: .utf8)
    let path = directory + "/a.jsonl"
    let seen = Seen()
    let port = server.port
    let result = try proxy(
      to: server, record: path, ["--config=\(directory)/p.json", "--api=127.0.0.1:0"]
    ) { notes, first in
      let match = try #require(notes.firstMatch(of: /second listens at ([0-9.:]+) and/))
      let second = try #require(Endpoint(String(match.1)))
      let api = try #require(notes.firstMatch(of: /control at http:\/\/([0-9.:]+)/))
      let control = try BlockingClient(try #require(Endpoint(String(api.1))))
      let body =
        "{\"name\":\"third\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"localhost:\(port)\"}"
      control.send(
        "POST /proxies HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
          + body)
      let made = try control.response()
      let listen = try #require(made.body.firstMatch(of: /"listen":"([0-9.:]+)"/))
      for endpoint in [first, second, try #require(Endpoint(String(listen.1)))] {
        let client = try BlockingClient(endpoint)
        client.send(Self.request)
        seen.ends.append(client.readToEnd())
        seen.clients.append(client.received)
      }
    }
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("recorded in \(path)\n"))
    let recording = try RecordingFiles.read(path)
    #expect(Set(recording.entries.map(\.connection)) == [1, 2, 3])
    let upstreams = recording.entries.compactMap { entry -> String? in
      if case .open(_, let upstream, _) = entry.event { upstream } else { nil }
    }
    #expect(upstreams == ["127.0.0.1:\(port)", "127.0.0.1:\(port)", "localhost:\(port)"])
    #expect(seen.ends == [.finished, .finished, .finished])
    for (index, bytes) in seen.clients.enumerated() {
      #expect(Self.downstream(recording, connection: index + 1) == Self.masked(bytes))
    }
    #expect(RecordedExchanges.of(recording).map(\.end?.how) == [.fin, .fin, .fin])
    #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains(Self.key))
  }

  /// The recording has what came from the provider, and what was done to it.
  @Test func faultsAreInTheFile() throws {
    let path = try CommandLineTool.scratch("proxy-record") + "/a.jsonl"
    let server = try Self.upstream(events: 5)
    defer { server.stop() }
    let seen = Seen()
    let result = try proxy(to: server, record: path, ["--fault=reset at event(2)"]) { _, proxy in
      let client = try BlockingClient(proxy)
      client.send(Self.request)
      seen.ends = [client.readToEnd()]
      seen.clients = [client.received]
    }
    #expect(result.status == 0, "\(result.error)")
    #expect(seen.ends == [.reset])
    let recording = try RecordingFiles.read(path)
    let faults = recording.entries.compactMap { entry -> RecordedFault? in
      if case .fault(let fault) = entry.event { fault } else { nil }
    }
    let passed = Self.head + Self.event(1) + Self.event(2)
    #expect(seen.clients == [Array(passed.utf8)])
    #expect(
      faults == [
        RecordedFault(
          leg: .b, rule: "reset at event(2)", kind: "reset", bytesBefore: passed.utf8.count,
          eventsBefore: 2)
      ])
    #expect(Self.downstream(recording).count >= passed.utf8.count)
  }

  /// Ends a proxy in the middle of a stream that never ends.
  private func end(by signal: Int32, _ path: String) throws -> (
    result: CommandLineTool.Result, seen: [UInt8]
  ) {
    let server = try Self.upstream(events: .max)
    defer { server.stop() }
    let seen = Seen()
    let result = try proxy(to: server, record: path, signal: signal) { _, proxy in
      let client = try BlockingClient(proxy)
      client.send(Self.request)
      // While the file grows, and the stream goes on behind what was read.
      #expect(client.read(atLeast: 200_000) == nil)
      while (try Data(contentsOf: URL(fileURLWithPath: path))).count < 100_000 {
        #expect(client.read(atLeast: client.received.count + 1) == nil)
      }
      seen.clients = [client.received]
    }
    return (result, seen.clients.first ?? [])
  }

  @Test func aKillLeavesWholeLines() throws {
    let path = try CommandLineTool.scratch("proxy-record") + "/a.jsonl"
    let (result, seen) = try end(by: SIGKILL, path)
    #expect(result.status == SIGKILL)
    let recording = try RecordingFiles.read(path)
    let bytes = Self.downstream(recording)
    let both = min(bytes.count, seen.count)
    #expect(both > 10_000)
    // Masked before it was written, not when the file was closed.
    #expect(bytes[..<both] == Self.masked(seen)[..<both])
    #expect(RecordedExchanges.of(recording).map(\.isAnswered) == [true])
    #expect(!(try String(contentsOfFile: path, encoding: .utf8)).contains(Self.key))
  }

  @Test func anInterruptLeavesEverything() throws {
    let path = try CommandLineTool.scratch("proxy-record") + "/a.jsonl"
    let (result, seen) = try end(by: SIGINT, path)
    #expect(result.status == 0)
    #expect(result.error.contains("recorded in \(path)\n"))
    let recording = try RecordingFiles.read(path)
    #expect(!recording.isCut && recording.lostLines == 0)
    #expect(recording.entries.last?.event == .close)
    let bytes = Self.downstream(recording)
    #expect(bytes.count >= seen.count)
    #expect(bytes.starts(with: Self.masked(seen)))
  }

  /// The limit of a file's size stands for a full disk.
  @Test func aDiskThatFillsUpCostsLinesAndNoTraffic() throws {
    let path = try CommandLineTool.scratch("proxy-record") + "/a.jsonl"
    let server = try Self.upstream(events: 2_000)
    defer { server.stop() }
    let seen = Seen()
    let result = try proxy(to: server, record: path, shell: "ulimit -f 8") { _, proxy in
      let client = try BlockingClient(proxy)
      client.send(Self.request)
      seen.ends = [client.readToEnd()]
      seen.clients = [client.received]
    }
    #expect(result.status == 0)
    #expect(seen.ends == [.finished])
    let sent = Self.head + (1...2_000).map { Self.event($0) }.joined()
    #expect(seen.clients.first.map { String(decoding: $0, as: UTF8.self) == sent } == true)
    #expect(
      result.error.contains("the recording cannot be written (File too large): lines are missing"))
    #expect(result.error.contains("recorded in \(path); ") && result.error.contains(" missing\n"))
    #expect(!(try RecordingFiles.read(path)).isCut)
  }

  @Test func whatCannotBeginLeavesNothing() throws {
    let directory = try CommandLineTool.scratch("proxy-record")
    let server = try Self.upstream(events: 1)
    defer { server.stop() }
    let path = directory + "/a.jsonl"
    let busy = [
      "proxy", "--listen=127.0.0.1:\(server.port)", "--upstream=127.0.0.1:1", "--record=\(path)",
    ]
    let taken = try CommandLineTool.run(busy + ["--log=\(directory)/log.jsonl"])
    #expect(taken.status == 5 && taken.error.contains("address already in use"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    let cases: [([String], String)] = [
      (["--record=/dev/full"], "No space left on device"),
      (["--record=\(directory)"], "Is a directory"),
      (["--record=\(directory)/no/such"], "No such file or directory"),
      (["--key-env=HOME"], "--key-env goes with --record"),
      (["--record=\(path)", "--key-env=NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE (--key-env) is not"),
    ]
    for (arguments, mention) in cases {
      let result = try CommandLineTool.run(
        ["proxy", "--listen=127.0.0.1:0", "--upstream=127.0.0.1:1"] + arguments)
      #expect(result.status == 2, "\(arguments)")
      #expect(result.error.contains(mention), "\(result.error)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
  }
}
