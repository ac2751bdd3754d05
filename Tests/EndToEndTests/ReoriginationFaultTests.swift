import Core
import Harness
import Platform
import Testing
import Wire

/// Faults on requests that are sent on: what the client gets of them, what the provider sees.
@Suite(.waits) struct ReoriginationFaultTests {
  /// 13 events with data: the role, ten tokens, why it ended, and the end.
  private static func script(gap: Nanoseconds = .milliseconds(1)) -> [Step] {
    [
      .role("assistant"), .text(TextStep(tokens: 10, gap: .constant(gap))), .finish("stop"), .done,
    ]
  }

  private static let nonce = Nonce(value: 0x0123_4567_89AB_CDEF)

  private static func request(_ fields: String = "") -> String {
    let body = #"{"model":"m","stream":true,"messages":[{"content":"\#(nonce.promptMarker)"}]}"#
    return """
      POST /chat/completions HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer sk-secret\r\n\
      \(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
  }

  private static func stage(
    _ rules: String..., gap: Nanoseconds = .milliseconds(1), alwaysReads: Bool = false
  ) throws -> FaultProxyStage {
    try FaultProxyStage(
      rules.map { try FaultRule($0) }, base: FaultProxyStage.base, alwaysReads: alwaysReads,
      script: script(gap: gap))
  }

  /// What a client gets for one request until its answer is whole or its connection has ended.
  private static func played(_ stage: FaultProxyStage, _ fields: String = "") throws
    -> (text: String, end: FaultProxyPeer.End)
  {
    let client = try stage.client()
    client.send(request(fields).utf8)
    let isOver = { client.end != .open || client.text.hasSuffix("\r\n0\r\n\r\n") }
    #expect(stage.run(isOver), "\(client.text)")
    return (client.text, client.end)
  }

  // MARK: Every kind of fault once

  @Test func withoutFaultsEverythingComes() throws {
    let stage = try Self.stage()
    let (text, end) = try Self.played(stage)
    #expect(text.count("data: ") == 13)
    #expect(text.contains("data: [DONE]\n\n"))
    #expect(end == .open)
    let exchange = try #require(stage.provider?.harvest().first)
    #expect(exchange.path == "/v1/chat/completions")
    #expect(exchange.nonce == Self.nonce)
    #expect(String(decoding: exchange.head, as: UTF8.self).contains("Bearer sk-secret\r\n"))
  }

  @Test func aResetComesBehindTheLastEventAndCancels() throws {
    let stage = try Self.stage("reset at event(5)", gap: .milliseconds(20))
    for request in 1...20 {
      let (text, end) = try Self.played(stage)
      #expect(end == .reset)
      #expect(text.count("data: ") == 5)
      #expect(stage.run { stage.provider?.openExchanges == 0 })
      let record = try #require(stage.proxy.takeRecords().first)
      #expect((record.kind, record.eventsBefore, record.request) == ("reset", 5, request))
      #expect(record.nonce == Self.nonce)
      let exchange = try #require(stage.provider?.harvest().first)
      let closed = try #require(exchange.peerClosedAt)
      // At once: before the next event was due, with room for a busy machine.
      #expect(closed - record.at < .seconds(1))
      #expect(stage.proxy.activeTransfers == 0)
    }
    #expect(stage.proxy.connectionCount == 0)
  }

  @Test func aCloseInsideAnEventCutsIt() throws {
    let stage = try Self.stage("close at inside-event(3,10)")
    let (text, end) = try Self.played(stage)
    #expect(end == .finished)
    #expect(text.count("\n\n") == 2 && text.count("data: ") == 3)
    #expect(!text.hasSuffix("0\r\n\r\n"))
    #expect(stage.proxy.takeRecords().map(\.eventsBefore) == [2])
  }

  @Test func aStatusTakesTheAnswersPlace() throws {
    let stage = try Self.stage("status 429 retry-after=2s at request(2)")
    let client = try stage.client()
    for number in 1...3 {
      let before = client.text.count("HTTP/1.1 ")
      client.send(Self.request().utf8)
      #expect(
        stage.run {
          client.text.count("HTTP/1.1 ") > before
            && (client.text.hasSuffix("0\r\n\r\n") || client.text.hasSuffix("}"))
        })
      #expect(client.text.count("HTTP/1.1 200 ") == (number < 3 ? 1 : 2))
    }
    #expect(client.text.count("HTTP/1.1 429 Too Many Requests\r\n") == 1)
    #expect(client.text.count("Retry-After: 2\r\n") == 1)
    #expect(client.text.count("data: [DONE]") == 2)
    #expect(client.end == .open)
    #expect(stage.proxy.takeRecords().map(\.request) == [2])
  }

  @Test func anErrorEventEndsTheStream() throws {
    let stage = try Self.stage("error-event type=overloaded_error at event(4)")
    let (text, end) = try Self.played(stage)
    #expect(text.count("data: ") == 5)
    #expect(text.contains(#""type":"overloaded_error""#))
    #expect(!text.contains("[DONE]"))
    #expect(end == .open && text.hasSuffix("0\r\n\r\n"))
  }

  @Test func aDroppedEventIsMissing() throws {
    let stage = try Self.stage("drop-event at event(3)")
    let (text, _) = try Self.played(stage)
    #expect(text.count("data: ") == 12)
    #expect(text.contains("data: [DONE]\n\n"))
  }

  /// Interim answers pass through faults that take answers apart.
  @Test func anExpectationIsAnsweredBeforeTheFault() throws {
    let stage = try Self.stage("drop-event at event(3)")
    let client = try stage.client()
    let request = Self.request("Expect: 100-continue\r\n")
    let head = request.prefix { $0 != "{" }
    client.send(head.utf8)
    #expect(stage.run { client.text == "HTTP/1.1 100 Continue\r\n\r\n" })
    client.send(request.dropFirst(head.count).utf8)
    #expect(stage.run { client.text.hasSuffix("0\r\n\r\n") })
    #expect(client.text.count("HTTP/1.1 ") == 2)
    #expect(client.text.count("data: ") == 12)
  }

  @Test func latencyHoldsEveryChunk() throws {
    let stage = try Self.stage("latency 80ms", gap: .zero)
    let started = stage.loop.clock.now()
    let (text, _) = try Self.played(stage)
    #expect(text.count("data: ") == 13)
    #expect(stage.loop.clock.now() - started >= .milliseconds(80))
  }

  @Test func aFaultOfTheRequestReachesTheProvider() throws {
    let stage = try Self.stage("pause 60ms at byte(10) upstream")
    let started = stage.loop.clock.now()
    let (text, _) = try Self.played(stage)
    #expect(text.count("data: ") == 13)
    let exchange = try #require(stage.provider?.harvest().first)
    #expect(exchange.receivedAt - started >= .milliseconds(60))
    #expect(stage.proxy.takeRecords().map(\.direction) == [.upstream])
  }

  /// Whatever a fault makes of a message, both directions come to an end and nothing is left over.
  @Test(arguments: Faults.specs.map(\.name))
  func everyFaultLetsGo(_ name: String) throws {
    let spec = try #require(Faults.specs.first { $0.name == name })
    for direction in spec.directions {
      let stage = try Self.stage("\(spec.example) \(direction.rawValue)")
      let client = try stage.client()
      client.send(Self.request().utf8)
      stage.run(for: .milliseconds(30))
      client.close()
      #expect(stage.run { stage.proxy.connectionCount == 0 }, "\(direction)")
      #expect(stage.proxy.activeTransfers == 0)
      #expect(stage.run { stage.provider?.openExchanges == 0 })
    }
  }

  // MARK: Many requests on one connection

  @Test func everyRequestOfAConnectionIsOneToTheFaults() throws {
    let stage = try Self.stage("drop-event at event(2) request(1..30)", gap: .zero)
    let client = try stage.client()
    for number in 1...40 {
      client.send(Self.request().utf8)
      #expect(
        stage.run {
          client.text.count("[DONE]") == number && client.text.hasSuffix("0\r\n\r\n")
        })
    }
    #expect(client.text.count("data: ") == 30 * 12 + 10 * 13)
    #expect(stage.proxy.takeRecords().map(\.request) == Array(1...30))
    let exchanges = stage.provider?.harvest() ?? []
    #expect(exchanges.count == 40 && Set(exchanges.map(\.connection)).count == 1)
    let figures = stage.proxy.counters.snapshot
    #expect(figures.upstream.received == 40 * Self.request().utf8.count)
    #expect(figures.downstream.events == 40 * 13)
    #expect(figures.downstream.sent == client.received.count)
  }

  // MARK: Rules that come and go

  @Test func aRuleThatComesAndGoesLosesNothing() throws {
    let stage = try Self.stage(gap: .milliseconds(5), alwaysReads: true)
    let plain = try Self.played(stage).text
    let client = try stage.client()
    client.send(Self.request().utf8)
    #expect(stage.run { client.text.count("data: ") >= 2 })
    stage.proxy.install(try FaultRule("pause 60m at event(6)"), id: 9)
    #expect(stage.run { stage.provider?.openExchanges == 0 })
    #expect(client.text.count("data: ") == 6)
    stage.proxy.withdraw(id: 9)
    #expect(stage.run { client.text.hasSuffix("0\r\n\r\n") })
    #expect(client.text == plain)
    stage.proxy.install(try FaultRule("reset at event(1)"), id: 10)
    client.send(Self.request().utf8)
    #expect(stage.run { client.end == .reset })
    #expect(client.text.count("data: ") == 14)
  }

  // MARK: A client that leaves

  /// Whatever holds, in whichever direction, the provider hears of it at once.
  @Test(
    arguments: [
      "pause 60m at event(2)", "stall at event(2)", "latency 30s", "slow-read 1KB/s upstream",
      "slow-read 1KB/s", "reset at event(500)",
    ], ["close", "reset", "finish"])
  func aClientThatLeavesCancels(_ rule: String, _ way: String) throws {
    let stage = try Self.stage(rule, gap: .seconds(60))
    let client = try stage.client()
    client.send(Self.request().utf8)
    #expect(stage.run { stage.provider?.openExchanges == 1 })
    let left = stage.loop.clock.now()
    switch way {
    case "close": client.close()
    case "reset": client.reset()
    default: client.finish()
    }
    #expect(stage.run { stage.provider?.openExchanges == 0 })
    #expect(stage.loop.clock.now() - left < .seconds(1))
    #expect(stage.proxy.activeTransfers == 0)
    #expect(stage.run { stage.proxy.connectionCount == 0 })
  }

  /// A request that a fault holds is not sent for a client who is not there any more.
  @Test(arguments: ["close", "finish"])
  func aRequestThatIsHeldIsForgotten(_ way: String) throws {
    let stage = try Self.stage("latency 60m upstream")
    let client = try stage.client()
    client.send(Self.request().utf8)
    #expect(stage.run { stage.proxy.counters.snapshot.upstream.received > 0 })
    if way == "close" { client.close() } else { client.finish() }
    #expect(stage.run { stage.proxy.connectionCount == 0 })
    #expect(stage.provider?.harvest().isEmpty == true)
  }

  // MARK: Slow readers

  @Test func aSlowReadIsFeltByTheServer() throws {
    let stage = try FaultProxyStage(
      [FaultRule("slow-read 20KB/s")], base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n".utf8)
    server.send([UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20))
    stage.runUntilStuck(server)
    #expect(server.unsent > 32 << 20)
    #expect(client.received.count < 64 << 10)
    #expect(stage.run { client.received.count > 4 << 10 })
  }
}
