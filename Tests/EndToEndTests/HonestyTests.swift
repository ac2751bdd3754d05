import Core
import Foundation
import Testing

/// What is the harness's own doing is not charged to the target, and nothing looks like a success
/// that is none.
@Suite(.waits) struct HonestyTests {
  private func run(
    _ scenario: String, _ arguments: [String], shell: String? = nil
  ) throws -> (result: CommandLineTool.Result, record: RunRecord) {
    let directory = try CommandLineTool.scratch("honesty")
    let path = directory + "/scenario.json5"
    try scenario.write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", path, "--out=\(directory)", "--allow-unfit"] + arguments, shell: shell)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return (result, try JSONDecoder().decode(RunRecord.self, from: data))
  }

  private static let script =
    #"provider: { script: ["role", { text: { tokens: 5, gap: "5ms" } }, { finish: "stop" }, "usage", "done"] }"#

  /// The limit of a phase counts from its beginning, however long the phase before it might last.
  @Test(arguments: [
    ("", "timeout-first-byte"),
    ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n", "timeout-idle"),
  ])
  func shortLimitsDoNotWaitForLongerOnes(answer: String, end: String) throws {
    let server = try HostileServer { _, connection in
      HostileServer.send(Array(answer.utf8), to: connection)
      // Says no more until the client leaves.
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
    }
    defer { server.stop() }
    let first = end == "timeout-idle" ? "30s" : "100ms"
    let (_, record) = try run(
      """
      { name: "limits", \(Self.script),
        traffic: { streams: 1,
          timeouts: { connect: "30s", tls: "30s", firstByte: "\(first)", idle: "100ms" } } }
      """, ["--target=\(server.baseURL)"])
    #expect(record.targets.first?.exchanges.byEnd == [end: 1])
    #expect(record.durationNs < .seconds(15))
  }

  @Test func aRunWithoutOneGoodStreamDoesNotPass() throws {
    let server = try HostileServer(
      head: "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
      body: [])
    defer { server.stop() }
    let (result, record) = try run(
      "{ name: \"moved\", \(Self.script), traffic: { streams: 2 } }", ["--target=\(server.baseURL)"]
    )
    #expect(record.targets.first?.exchanges.byEnd == ["http-error": 2])
    #expect(result.status == 5)
    #expect(result.error.contains("ended well (2 http-error"))
  }

  @Test func wantOfDescriptorsIsSaidAndNotCharged() throws {
    let (result, record) = try run(
      "{ name: \"many\", \(Self.script), traffic: { streams: 200, concurrency: 200 } }",
      ["--target=builtin"], shell: "ulimit -n 256")
    #expect(result.status == 5)
    #expect(result.error.contains("200 streams at a time need"))
    #expect(result.error.contains("ulimit -n"))
    #expect(record.targets.isEmpty)
  }

  @Test func closedStandardStreamsAreNotTakenBySockets() throws {
    let (_, record) = try run(
      "{ name: \"closed\", \(Self.script), traffic: { streams: 4 } }", ["--target=builtin"],
      shell: "exec 0<&- 1>&- 2>&-")
    #expect(record.complete)
    #expect(record.targets.first?.exchanges.byEnd == ["done": 4])
  }

  @Test func faultsOnLegAThatHoldBackAreSaid() throws {
    let (_, record) = try run(
      """
      { name: "held", \(Self.script), traffic: { streams: 1 },
        faults: { legA: ["pause 50ms at event(2)"] } }
      """, ["--target=builtin"])
    #expect(record.targets.first?.remarks.contains { $0.contains("leg A held back") } == true)
  }
}

extension HonestyTests {
  /// A byte now and then keeps every other limit from striking.
  @Test func aTrickleRunsIntoTheTotalLimit() throws {
    let server = try HostileServer { _, connection in
      HostileServer.send(
        Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".utf8), to: connection)
      while HostileServer.send(Array(": still here\n\n".utf8), to: connection) { usleep(20_000) }
    }
    defer { server.stop() }
    let directory = try CommandLineTool.scratch("trickle")
    let path = directory + "/trickle.json5"
    try """
    { name: "trickle", provider: { script: ["role", "done"] },
      traffic: { streams: 2, timeouts: { idle: "20s", total: "300ms" } } }
    """.write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run([
      "run", path, "--target=\(server.baseURL)", "--out=\(directory)", "--allow-unfit",
    ])
    #expect(result.status == 1)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let record = try JSONDecoder().decode(RunRecord.self, from: data)
    #expect(record.targets.first?.exchanges.byEnd == ["timeout-total": 2])
  }
}
