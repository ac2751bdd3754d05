import Core
import Harness
import Platform
import Testing
import Wire

/// CONNECT, and faults at places that the client tells.
@Suite(.waits) struct FaultProxyTunnelTests {
  private let established = Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)
  private let nonce = Nonce(value: 9)

  private func connect(_ stage: FaultProxyStage) throws -> (FaultProxyPeer, FaultProxyPeer) {
    let client = try stage.client()
    client.send("CONNECT \(stage.server.endpoint) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
    #expect(stage.run { client.received == established })
    return (client, try #require(stage.server.accepted.last))
  }

  @Test func aTunnelForwardsBlindly() throws {
    let stage = try FaultProxyStage(mode: .tunnel)
    let (client, server) = try connect(stage)
    client.send([0, 1, 2])
    #expect(stage.run { server.received == [0, 1, 2] })
    server.send([3, 4])
    server.finish()
    #expect(stage.run { client.end == .finished })
    #expect(client.received == established + [3, 4])
  }

  /// Bytes right behind the head belong to the tunnel, wherever the head is cut.
  @Test func theHeadMayComeInPieces() throws {
    let stage = try FaultProxyStage(mode: .tunnel)
    let text = Array("CONNECT \(stage.server.endpoint) HTTP/1.1\r\n\r\nearly".utf8)
    for cut in 1..<text.count {
      let client = try stage.client()
      let before = stage.server.accepted.count
      client.send(text[..<cut])
      #expect(stage.run { client.unsent == 0 })
      stage.run(for: .microseconds(300))
      client.send(text[cut...])
      #expect(stage.run { stage.server.accepted.count > before })
      let server = try #require(stage.server.accepted.last)
      #expect(stage.run { server.received == Array("early".utf8) })
      #expect(stage.run { client.received == established })
    }
  }

  @Test(arguments: [
    ("GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT nowhere HTTP/1.1\r\n\r\n", "400"),
    ("CONNECT 127.0.0.1:99999 HTTP/1.1\r\n\r\n", "400"),
    ("\r\n\r\n", "400"),
    ("CONNECT a:1 HTTP/1.1\r\nX: " + String(repeating: "x", count: 70_000), "431"),
  ])
  func badRequestsAreAnswered(_ text: String, _ status: String) throws {
    let stage = try FaultProxyStage(mode: .tunnel)
    let client = try stage.client()
    client.send(text.utf8)
    #expect(stage.run { client.end != .open })
    #expect(client.received.starts(with: "HTTP/1.1 \(status) ".utf8))
    #expect(stage.run { stage.proxy.connectionCount == 0 })
  }

  @Test func aRefusedTargetIsStatus502() throws {
    let stage = try FaultProxyStage(mode: .tunnel)
    let (listener, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    Socket.close(listener)
    let client = try stage.client()
    client.send("CONNECT \(endpoint) HTTP/1.1\r\n\r\n".utf8)
    #expect(stage.run { client.end == .finished })
    #expect(client.received.starts(with: "HTTP/1.1 502 ".utf8))
  }

  @Test func aResetAtWhatTheClientTells() throws {
    let rule = try FaultRule("reset at event(3)")
    let stage = try FaultProxyStage([rule], mode: .tunnel)
    let (client, server) = try connect(stage)
    let port = client.port
    stage.proxy.requestStarts(localPort: port, nonce: nonce)
    server.send([1, 2, 3])
    #expect(stage.run { client.received == established + [1, 2, 3] })
    let now = stage.loop.clock.now()
    stage.proxy.clientDecoded(events: 2, bytes: 20, localPort: port, nonce: nonce, at: now)
    stage.proxy.clientDecoded(events: 9, bytes: 99, localPort: port &+ 1, nonce: nonce, at: now)
    stage.run(for: .milliseconds(5))
    #expect(client.end == .open)
    stage.proxy.clientDecoded(events: 3, bytes: 30, localPort: port, nonce: nonce, at: now)
    #expect(stage.run { client.end == .reset && server.end == .reset })
    let record = try #require(stage.proxy.takeRecords().first)
    #expect(record.nonce == nonce)
    #expect(record.eventsBefore == 3)
    #expect(record.bytesBefore == 30)
  }

  @Test func aToldPauseHoldsTheTunnel() throws {
    let rule = try FaultRule("pause 80ms at byte(10)")
    let stage = try FaultProxyStage([rule], mode: .tunnel)
    let (client, server) = try connect(stage)
    stage.proxy.requestStarts(localPort: client.port, nonce: nonce)
    let start = stage.loop.clock.now()
    stage.proxy.clientDecoded(events: 1, bytes: 10, localPort: client.port, nonce: nonce, at: start)
    server.send([1])
    #expect(stage.run { client.received == established + [1] })
    #expect(stage.loop.clock.now() - start >= .milliseconds(80))
  }
}
