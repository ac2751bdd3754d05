import Core
import Harness
import Platform
import Testing
import Wire

/// Faults on real sockets: what each peer sees of them, and what is recorded.
@Suite(.waits) struct FaultProxyFaultTests {
  private let head = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

  private func event(_ number: Int) -> [UInt8] {
    let text = "data: \(number)\n\n"
    return Array("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n".utf8)
  }

  private func rule(_ literal: String) throws -> FaultRule {
    try FaultRule(literal)
  }

  private func request(_ nonce: Nonce) -> [UInt8] {
    Array("POST / HTTP/1.1\r\nContent-Length: 32\r\n\r\n\(nonce.promptMarker)".utf8)
  }

  /// The raw bytes up to the last byte of event `number`.
  private func prefix(_ number: Int) -> [UInt8] {
    head + (1...number).flatMap(event).dropLast(2)
  }

  /// A hundred times: the peer sees ECONNRESET, with every byte before it.
  @Test func aResetDeliversWhatCameBefore() throws {
    let stage = try FaultProxyStage([rule("reset at event(5)")])
    for attempt in 0..<100 {
      let nonce = Nonce(value: UInt64(attempt))
      let (client, server) = try stage.pair()
      client.send(request(nonce))
      #expect(stage.run { server.received.count == request(nonce).count })
      server.send(head + (1...9).flatMap(event))
      #expect(stage.run { client.end != .open && server.end != .open })
      #expect(client.end == .reset)
      #expect(server.end == .reset)
      #expect(client.received == prefix(5))
      let records = stage.proxy.takeRecords()
      #expect(records.map(\.nonce) == [nonce])
      #expect(records.map(\.connection) == [attempt])
      #expect(records.map(\.eventsBefore) == [5])
      #expect(records.map(\.bytesBefore) == [prefix(5).count])
      #expect(records.map(\.rule) == ["reset at event(5)"])
      #expect(records.map(\.kind) == ["reset"])
    }
    #expect(stage.proxy.connectionCount == 0)
  }

  /// A reset behind megabytes that the client is slow to take.
  @Test func aResetWaitsForASlowReader() throws {
    let size = 6 << 20
    let stage = try FaultProxyStage([rule("reset at byte(\(size))")])
    let (client, server) = try stage.pair()
    client.reads = false
    server.send([UInt8](repeating: UInt8(ascii: "y"), count: size + 100))
    stage.run(for: .milliseconds(20))
    client.reads = true
    #expect(stage.run { client.end == .reset })
    #expect(client.received.count == size)
  }

  /// Also for a server that goes on sending.
  @Test(arguments: [0, 1 << 20])
  func aCloseIsAFinForBoth(_ more: Int) throws {
    let stage = try FaultProxyStage([rule("close at event(2)")])
    for _ in 0..<50 {
      let (client, server) = try stage.pair()
      server.send(head + (1...3).flatMap(event) + [UInt8](repeating: 0, count: more))
      #expect(stage.run { client.end != .open && server.end != .open })
      #expect(client.end == .finished)
      #expect(server.end == .finished)
      #expect(client.received == prefix(2))
    }
    #expect(stage.run { stage.proxy.connectionCount == 0 })
    #expect(stage.proxy.takeRecords().count == 50)
  }

  @Test func aPauseHoldsAndGoesOn() throws {
    let stage = try FaultProxyStage([
      rule("pause 100ms at event(2)")
    ])
    let (client, server) = try stage.pair()
    let all = head + (1...3).flatMap(event)
    server.send(all)
    #expect(stage.run { client.received.count >= prefix(2).count })
    #expect(client.received == prefix(2))
    #expect(stage.run { client.received.count == all.count })
    let passed = stage.loop.clock.now()
    #expect(client.received == all)
    let record = try #require(stage.proxy.takeRecords().first)
    #expect(passed - record.at >= .milliseconds(100))
    #expect(passed - record.at < .seconds(2))
  }

  @Test func timeCutsAStalledAnswer() throws {
    let stage = try FaultProxyStage([
      rule("stall at event(1)"), rule("reset at time(60ms)"),
    ])
    let (client, server) = try stage.pair()
    server.send(head + (1...3).flatMap(event))
    #expect(stage.run { client.end == .reset })
    #expect(client.received == prefix(1))
    let records = stage.proxy.takeRecords()
    #expect(records.map(\.kind) == ["stall", "reset"])
    #expect(records[1].at - records[0].at >= .milliseconds(59))
  }

  /// Whichever way a client leaves a stalled connection, the upstream hears of it at once.
  @Test(arguments: ["close", "reset", "finish"])
  func aClientThatLeavesAStallClosesUpstream(_ way: String) throws {
    for fill in [0, 12 << 20] {
      let stage = try FaultProxyStage([rule("stall at event(1)")])
      let (client, server) = try stage.pair()
      server.send(head + event(1) + event(2))
      #expect(stage.run { client.received == prefix(1) })
      // Behind the stall, also more than the proxy is willing to hold.
      server.send([UInt8](repeating: 0, count: fill))
      stage.run(for: .milliseconds(20))
      #expect(client.end == .open)
      #expect(server.end == .open)
      let left = stage.loop.clock.now()
      switch way {
      case "close": client.close()
      case "reset": client.reset()
      default: client.finish()
      }
      #expect(stage.run { server.end != .open || server.descriptor < 0 })
      #expect(stage.loop.clock.now() - left < .seconds(1))
      #expect(stage.run { stage.proxy.connectionCount == 0 })
    }
  }

  @Test func aClientThatLeavesAPauseIsSeenUpstream() throws {
    let stage = try FaultProxyStage([rule("pause 60s at byte(0)")])
    let finished = try stage.pair()
    finished.server.send(head)
    stage.run(for: .milliseconds(10))
    finished.client.close()
    #expect(stage.run { finished.server.end == .finished })
    let reset = try stage.pair()
    reset.server.send(head)
    stage.run(for: .milliseconds(10))
    reset.client.reset()
    #expect(stage.run { reset.server.end == .reset })
  }

  /// A stall keeps the client's connection open even when the server goes.
  @Test func aStallOutlivesTheServer() throws {
    for reset in [false, true] {
      let stage = try FaultProxyStage([rule("stall at event(1)")])
      let (client, server) = try stage.pair()
      server.send(head + event(1))
      #expect(stage.run { client.received == prefix(1) })
      reset ? server.reset() : server.close()
      stage.run(for: .milliseconds(50))
      #expect(client.end == .open)
      client.close()
      #expect(stage.run { stage.proxy.connectionCount == 0 })
    }
  }

  /// What is drawn hangs on the nonce alone, whichever connection an exchange comes on.
  @Test(arguments: [[1, 2, 3, 4], [4, 3, 2, 1]] as [[UInt64]])
  func drawsDoNotHangOnTheOrder(_ order: [UInt64]) throws {
    let length = Distribution.uniform(low: .milliseconds(1), high: .milliseconds(80))
    let stage = try FaultProxyStage([rule("pause uniform(1ms,80ms) at event(1)")], seed: 7)
    let all = head + event(1) + event(2)
    for value in order {
      let (client, server) = try stage.pair()
      client.send(request(Nonce(value: value)))
      #expect(stage.run { !server.received.isEmpty })
      server.send(all)
      #expect(stage.run { client.received.count == all.count })
      let now = stage.loop.clock.now()
      let record = try #require(stage.proxy.takeRecords().first)
      #expect(record.nonce?.value == value)
      var random = SplitMix64(seed: 7, rule: RandomRule.fault, ordinal: value)
      #expect(now - record.at >= length.sample(&random))
    }
  }
}
