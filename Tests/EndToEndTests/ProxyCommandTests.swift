import Core
import Foundation
import Platform
import Testing
import Wire

/// `relaymark proxy`, as a user runs it.
@Suite(.waits) struct ProxyCommandTests {
  /// Runs the proxy before a server of one fixed answer until `use` is through with it.
  private func proxy(
    _ options: [String], use: (RunningProxy) throws -> Void
  ) throws -> CommandLineTool.Result {
    let origin = try HostileServer(head: Self.answer, body: [])
    defer { origin.stop() }
    return try RunningProxy.run(
      ["--listen=127.0.0.1:0", "--upstream=127.0.0.1:\(origin.port)"] + options, use: use)
  }

  private static let events = (1...4).map {
    "data: {\"choices\":[{\"delta\":{\"content\":\"\($0)\"}}]}\n\n"
  }
  private static let body = events.joined() + "data: [DONE]\n\n"
  private static let answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    + body

  @Test func carriesOutLogsAndSaysWhatNeverCame() throws {
    let directory = try CommandLineTool.scratch("proxy")
    let result = try proxy([
      "--fault=reset at event(2) at request(1)", "--fault=pause 1ms at event(50)",
      "--log=\(directory)/log.jsonl", "--record=\(directory)/all.jsonl", "--seed=9",
    ]) { running in
      let first = try running.client()
      first.send("GET /?key=sk-in-the-query HTTP/1.1\r\nHost: a\r\nX-Api-Key: sk-in-a-head\r\n\r\n")
      #expect(first.readToEnd() == .reset)
      #expect(String(decoding: first.received, as: UTF8.self).hasSuffix(Self.events[1]))
      #expect(try running.get().hasSuffix("[DONE]\n\n"))
    }
    #expect(result.status == 0)
    #expect(result.error.contains("2 connections"))
    #expect(result.error.contains("1 faults carried out"))
    #expect(
      result.error.contains(
        "\"pause 1ms at event(50)\" never struck: event(50) was never reached: the longest of 2 "
          + "streams had"))
    let lines = try RunningProxy.lines(of: directory + "/log.jsonl")
    #expect(lines.count == 2)
    #expect(lines[0]["relaymark"] as? String == "faults/1" && lines[0]["seed"] as? Int == 9)
    #expect(lines[1]["rule"] as? String == "reset at event(2) at request(1)")
    #expect(lines[1]["eventsBefore"] as? Int == 2 && lines[1]["bytesAfter"] as? Int == 0)
    let planned = try #require(lines[1]["planned"] as? Int)
    #expect(try #require(lines[1]["at"] as? Int) >= planned && planned > 0)
    let recording = try RecordingFiles.read(directory + "/all.jsonl")
    #expect(recording.entries.count { $0.event.name == "fault" } == 1)
    #expect(Set(recording.entries.map(\.connection)) == [1, 2])
    let text = try String(contentsOfFile: directory + "/all.jsonl", encoding: .utf8)
    #expect(!text.contains("sk-in"))
  }

  /// Three processes, 200 connections open at once, their requests in another order each time.
  @Test func aSeedDecidesAlsoInFreshProcesses() throws {
    let struck = try [1, 2, 3].map { round in
      var closed: [Bool] = []
      _ = try proxy([
        "--seed=7", "--fault=close at before-headers p=0.3", "--fault=bandwidth 1MB/s p=0.5",
      ]) { running in
        let clients = try (0..<200).map { _ in try running.client() }
        var random = SplitMix64(seed: UInt64(round))
        for client in clients.shuffled(using: &random) {
          client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
        closed = clients.map {
          _ = $0.readToEnd()
          return $0.received.isEmpty
        }
      }
      return closed
    }
    #expect(struck[0].count == 200)
    #expect((30...90).contains(struck[0].count { $0 }))
    #expect(struck[1] == struck[0] && struck[2] == struck[0])
  }

  /// Every toxic with no attributes, with absurd ones and of absurd types, and traffic through each.
  @Test func nothingThatIsAskedForEndsTheProcess() throws {
    let result = try proxy(["--api=127.0.0.1:0"]) { running in
      let contract = ["latency", "slow_close", "timeout", "reset_peer", "slicer", "limit_data"]
      var accepted = 0
      for kind in contract + Faults.all.map({ $0.spec.name }) {
        accepted += try Self.absurdities(of: kind).count { try Self.isTaken($0, running) }
      }
      #expect(accepted > 100)
      let body = try running.get()
      #expect(body.hasSuffix("[DONE]\n\n"))
    }
    #expect(result.status == 0, "\(result.error)")
  }

  private static func absurdities(of kind: String) -> [String] {
    let values = ["0", "-1", "9223372036854775807", "1e300", "1.5", "\"x\"", "null", "true", "[]"]
    let names =
      Faults.type(named: kind).map { $0.spec.parameters.map(\.name) }
      ?? ["latency", "jitter", "delay", "timeout", "average_size", "bytes"]
    let attributes = names.flatMap { name in values.map { "{\"\(name)\":\($0)}" } } + ["{}"]
    return attributes.enumerated().map { index, attributes in
      let stream = index % 2 == 0 ? "upstream" : "downstream"
      let toxicity = ["1", "-1", "5", "1e308"][index % 4]
      return "{\"name\":\"t\",\"type\":\"\(kind)\",\"stream\":\"\(stream)\","
        + "\"toxicity\":\(toxicity),\"attributes\":\(attributes)}"
    }
  }

  /// Whether a toxic could be made; if so, a request has gone through it.
  private static func isTaken(_ toxic: String, _ running: RunningProxy) throws -> Bool {
    let status = try running.control("POST /proxies/proxy/toxics", toxic)
    guard status == 200 else {
      #expect(status == 400, "\(toxic)")
      return false
    }
    // `down` takes no connections.
    let client = try? running.client()
    client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    let removed = try running.control("DELETE /proxies/proxy/toxics/t")
    #expect(removed == 204)
    return true
  }

  /// Toxiproxy's control interface freezes for good here (its issues 412, 427, 428, 558).
  @Test func controlNeverWaitsForTheStreams() throws {
    let origin = try HostileServer { _, connection in
      HostileServer.send(
        Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".utf8), to: connection)
      let event = Array("data: \(String(repeating: "x", count: 92))\n\n".utf8)
      for _ in 0..<500 {
        guard HostileServer.send(event, to: connection),
          HostileServer.pace(connection, milliseconds: 10)
        else { return }
      }
    }
    defer { origin.stop() }
    let result = try RunningProxy.run([
      "--listen=127.0.0.1:0", "--upstream=127.0.0.1:\(origin.port)", "--api=127.0.0.1:0",
    ]) { running in
      for removal in ["DELETE /proxies/proxy/toxics/latency_downstream", "POST /reset"] {
        #expect(
          try running.control(
            "POST /proxies/proxy/toxics", #"{"type":"latency","attributes":{"latency":500}}"#)
            == 200)
        var clients = try (0..<40).map { _ in try running.client() }
        for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        for client in clients { #expect(client.read(atLeast: 1) == nil) }
        let clock = ContinuousClock()
        // Half of them leave while the delayed bytes are released.
        clients.removeLast(20)
        let begun = clock.now
        #expect(try running.control(removal) == 204)
        #expect(try running.control("GET /proxies") == 200)
        #expect(clock.now - begun < .seconds(2))
        let before = clients.map(\.received.count)
        for (client, count) in zip(clients, before) {
          #expect(client.read(atLeast: count + 500) == nil)
        }
      }
    }
    #expect(result.status == 0)
  }
}
