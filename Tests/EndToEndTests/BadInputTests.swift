import Core
import Foundation
import Testing

/// Each way a run can meet something unexpected: one clear message, the documented exit status,
/// and what was measured is kept.
@Suite(.waits) struct BadInputTests {
  /// A short scenario without warm-up, so that every exchange counts.
  private static let short = """
    { name: "short", traffic: { streams: 3 },
      provider: { script: ["role", { text: { tokens: 5, gap: "5ms" } }, { finish: "stop" }, "usage", "done"] } }
    """

  private static func scenario(in directory: String) throws -> String {
    let path = directory + "/short.json5"
    try short.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Runs a short scenario against `target` and returns the result and the record, if any.
  private func run(
    _ target: String, _ more: [String] = [], environment: [String: String] = [:]
  ) throws -> (result: CommandLineTool.Result, record: RunRecord?, directory: String) {
    let directory = try CommandLineTool.scratch("bad-input")
    let result = try CommandLineTool.run(
      [
        "run", try Self.scenario(in: directory), "--target=\(target)", "--out=\(directory)",
        "--allow-unfit",
      ] + more, environment: environment)
    return (result, try? Self.record(directory), directory)
  }

  private static func record(_ directory: String) throws -> RunRecord {
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return try JSONDecoder().decode(RunRecord.self, from: data)
  }

  @Test func unknownTargetIsAUsageError() throws {
    let (result, _, _) = try run("buildin")
    #expect(result.status == 2)
    #expect(result.error.contains("unknown target buildin; did you mean builtin?"))
  }

  @Test func unknownOptionSuggestsOne() throws {
    let result = try CommandLineTool.run(["run", "--sed=3"])
    #expect(result.status == 2)
    #expect(result.error.contains("unknown option --sed; did you mean --seed?"))
  }

  @Test func missingScenarioIsNamed() throws {
    let result = try CommandLineTool.run(["run", "no/such-scenario"])
    #expect(result.status == 2)
    #expect(result.error.contains("no scenario file no/such-scenario"))
  }

  @Test func refusedConnectionEndsTheRunAndKeepsTheRecord() throws {
    // A port that was just given back is closed.
    let server = try HostileServer(head: "", body: [])
    server.stop()
    let (result, record, _) = try run(server.baseURL)
    #expect(result.status == 5)
    #expect(result.error.contains("cannot reach \(server.baseURL)"))
    #expect(result.error.contains("is the relay running?"))
    #expect(record?.complete == false)
    #expect(record?.targets.first?.exchanges.byEnd["refused"] == 3)
  }

  @Test func unknownHostIsSaid() throws {
    let (result, record, _) = try run("http://no-such-host.invalid/v1")
    #expect(result.status == 5)
    #expect(result.error.contains("no-such-host.invalid"))
    #expect(result.error.contains("does not resolve"))
    #expect(record?.targets.first?.exchanges.byEnd["dns-failure"] == 3)
  }

  @Test func plainServerBehindHTTPSIsATLSFailure() throws {
    let server = try HostileServer(reads: false) { _, connection in
      HostileServer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), to: connection)
    }
    defer { server.stop() }
    let (result, record, _) = try run("https://127.0.0.1:\(server.port)/v1")
    #expect(result.status == 5)
    #expect(result.error.contains("--cacert"))
    #expect(record?.targets.first?.exchanges.byEnd["tls-failure"] == 3)
  }

  /// A server that accepts and then says nothing: the handshake, not the connection, is late.
  @Test func silentServerBehindHTTPSRunsIntoTheTLSLimit() throws {
    let server = try HostileServer { _, _ in }
    defer { server.stop() }
    let directory = try CommandLineTool.scratch("tls")
    let scenario = directory + "/tls.json5"
    try """
    { name: "tls", provider: { script: ["role", { text: { tokens: 2, gap: "1ms" } }, "done"] },
      traffic: { streams: 2, timeouts: { connect: "20s", tls: "100ms" } } }
    """.write(toFile: scenario, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", scenario, "--target=https://127.0.0.1:\(server.port)/v1", "--out=\(directory)"])
    #expect(result.status == 5)
    #expect(result.error.contains("no TLS handshake within 100 ms"))
    #expect(try Self.record(directory).targets.first?.exchanges.byEnd["timeout-tls"] == 2)
  }

  @Test(arguments: [
    ("text/html", "<html><body>It works</body></html>", "not-a-stream"),
    ("text/event-stream", "", "not-a-stream"),
    ("application/json", #"{"error":{"message":"no such model"}}"#, "not-a-stream"),
    ("text/event-stream", "<html>\n<body>\nIt works\n", "malformed"),
    ("text/event-stream", "\u{0}\u{1}\u{2}\u{FFFD}garbage\n\n", "malformed"),
  ])
  func answersThatAreNoStream(type: String, body: String, end: String) throws {
    let server = try HostileServer(
      head:
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n",
      body: Array(body.utf8))
    defer { server.stop() }
    let (result, record, _) = try run(server.baseURL)
    #expect([1, 5].contains(result.status))
    #expect(record?.targets.first?.exchanges.byEnd == [end: 3])
    #expect(result.out.contains("3 of 3"))
  }

  @Test func halfEventAtTheEndIsNoSuccess() throws {
    let body = #"data: {"choices":[{"index":0,"delta":{"content":"hello"}}]}"# + "\n\ndata: [DO"
    let server = try HostileServer(
      head: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", body: Array(body.utf8))
    defer { server.stop() }
    let (_, record, _) = try run(server.baseURL)
    #expect(record?.targets.first?.exchanges.byEnd == ["eof-without-terminator": 3])
  }

  @Test func sixtyFourMebibytesWithoutANewlineEndInBoundedMemory() throws {
    let server = try HostileServer(
      head: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
      body: Array(repeating: UInt8(ascii: "x"), count: 1 << 20), repeats: 64)
    defer { server.stop() }
    let (result, record, _) = try run(server.baseURL)
    #expect([1, 5].contains(result.status))
    #expect(record?.targets.first?.exchanges.byEnd == ["too-large": 3])
    #expect(record?.targets.first?.streams.first?.detail.contains("16 MiB") == true)
  }

  @Test func missingKeyIsNamed() throws {
    let (result, record, _) = try run("http://127.0.0.1:1/v1", ["--key-env=RELAYMARK_NO_SUCH_KEY"])
    #expect(result.status == 2)
    #expect(result.error.contains("RELAYMARK_NO_SUCH_KEY"))
    #expect(record == nil)
  }

  @Test func unwritableOutputIsSaidBeforeTheRun() throws {
    let result = try CommandLineTool.run(["run", "--out=/dev/null/reports"])
    #expect(result.status == 2)
    #expect(result.error.contains("cannot write to --out=/dev/null/reports"))
    #expect(result.error.contains("Not a directory"))
  }

  /// A limit on file sizes stands in for a full disk: the first bytes fit, the reports do not.
  @Test func fullDiskLosesNothing() throws {
    let directory = try CommandLineTool.scratch("full")
    let result = try CommandLineTool.run(
      [
        "run", try Self.scenario(in: directory), "--allow-unfit", "--out=\(directory)", "--quiet",
      ],
      shell: "trap '' XFSZ; ulimit -f 1")
    #expect(result.status == 5)
    #expect(result.error.contains("cannot write to \(directory)"))
    #expect(result.error.contains("the record was printed on standard output"))
    let start = try #require(result.out.firstIndex(of: "{"))
    let data = Data(result.out[start...].utf8)
    let end = try #require(data.lastIndex(of: UInt8(ascii: "}")))
    let record = try JSONDecoder().decode(RunRecord.self, from: data[data.startIndex...end])
    #expect(record.targets.first?.exchanges.done == 3)
  }

  @Test func busyPortIsNamed() throws {
    let server = try HostileServer(head: "", body: [])
    defer { server.stop() }
    let (result, record, _) = try run(
      "http://127.0.0.1:1/v1", ["--provider=127.0.0.1:\(server.port)"])
    #expect(result.status == 5)
    #expect(result.error.contains("cannot listen on 127.0.0.1:\(server.port)"))
    #expect(result.error.contains("in use"))
    #expect(record?.complete == false)
  }

  @Test func interruptedRunLeavesItsRecord() throws {
    let directory = try CommandLineTool.scratch("interrupted")
    let scenario = directory + "/long.json5"
    try """
    { name: "long", provider: { script: ["role", { text: { tokens: 5, gap: "10ms" } }, "done"] },
      traffic: { streams: 100000, concurrency: 2 } }
    """.write(toFile: scenario, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", scenario, "--out=\(directory)"], interruptWhen: { $0.contains("100000 streams") })
    #expect(result.status == 130)
    let record = try Self.record(directory)
    #expect(!record.complete)
    #expect(record.note.contains("interrupted"))
    #expect((record.targets.first?.exchanges.done ?? 0) > 0)
    #expect(FileManager.default.fileExists(atPath: directory + "/report.html"))
  }

  @Test func keysAppearNowhere() throws {
    let key = "sk-test-\(UUID().uuidString)"
    let server = try HostileServer { request, connection in
      // As careless servers do: the whole request comes back, in a field and in the body.
      let echo = String(decoding: request, as: UTF8.self)
      let field = echo.split(separator: "\r\n").first { $0.hasPrefix("Authorization") } ?? ""
      let body = #"{"error":{"message":"\#(field) is not a key","type":"auth"}}"#
      HostileServer.send(
        Array(
          """
          HTTP/1.1 401 Unauthorized\r\nX-Echo: \(field)\r\nContent-Type: application/json\r\n\
          Content-Length: \(body.utf8.count)\r\n\r\n\(body)
          """.utf8), to: connection)
    }
    defer { server.stop() }
    let (result, record, directory) = try run(
      "http://user:\(key)@127.0.0.1:\(server.port)/v1?key=\(key)",
      ["--key-env=RM_TEST_KEY", "--json"],
      environment: ["RM_TEST_KEY": key])
    #expect(record?.targets.first?.exchanges.byEnd == ["http-error": 3])
    #expect(!result.out.contains(key))
    #expect(!result.error.contains(key))
    let files = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(files.contains("run.json") && files.contains("report.html"))
    for file in files {
      let text = try String(contentsOfFile: directory + "/" + file, encoding: .utf8)
      #expect(!text.contains(key), "\(file) holds the key")
    }
  }
}
