import Core
import Harness
import Platform
import Testing

/// What the proxy does when no rule strikes: nothing that either side could tell.
@Suite(.waits) struct FaultProxyForwardTests {
  private let pattern = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }

  @Test func bytesPassInBothDirections() throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    client.send(pattern)
    server.send(pattern.reversed())
    #expect(stage.run { client.received.count == 3_000_000 && server.received.count == 3_000_000 })
    #expect(server.received == pattern)
    #expect(client.received == pattern.reversed())
  }

  /// The client says that it is through, and still gets its whole answer.
  @Test func halfCloseIsKept() throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    client.send([1, 2, 3])
    client.finish()
    #expect(stage.run { server.end == .finished })
    #expect(server.received == [1, 2, 3])
    server.send(pattern)
    #expect(stage.run { client.received.count == pattern.count })
    #expect(client.end == .open)
    server.finish()
    #expect(stage.run { client.end == .finished && stage.proxy.connectionCount == 0 })
    #expect(client.received == pattern)
  }

  @Test func aServersFinLeavesTheOtherDirectionOpen() throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    server.send([1, 2, 3])
    server.finish()
    #expect(stage.run { client.end == .finished })
    #expect(client.received == [1, 2, 3])
    client.send(pattern)
    client.finish()
    #expect(stage.run { server.end == .finished && stage.proxy.connectionCount == 0 })
    #expect(server.received == pattern)
  }

  /// RST stays RST, behind everything that was sent before it.
  @Test(arguments: [0, 1, 5_000, 2_000_000])
  func aResetIsPassedOn(_ size: Int) throws {
    let stage = try FaultProxyStage()
    for fromServer in [true, false] {
      let (client, server) = try stage.pair()
      let (sender, receiver) = fromServer ? (server, client) : (client, server)
      sender.send(pattern[..<size])
      // A reset drops what the sender's own kernel still holds.
      #expect(
        stage.run { sender.unsent == 0 && Socket.unacknowledged(sender.descriptor) == 0 })
      sender.reset()
      #expect(stage.run { receiver.end == .reset })
      #expect(receiver.received == Array(pattern[..<size]))
    }
    #expect(stage.run { stage.proxy.connectionCount == 0 })
  }

  @Test func aRefusedUpstreamResetsTheClient() throws {
    let closed: Endpoint
    do {
      let (listener, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
      Socket.close(listener)
      closed = endpoint
    }
    let stage = try FaultProxyStage(upstream: .plain(closed))
    let client = try stage.client()
    client.send([1, 2, 3])
    #expect(stage.run { client.end == .reset })
    #expect(stage.proxy.connectionCount == 0)
  }

  /// Who does not read makes the other side wait; what the proxy holds is bounded.
  @Test(arguments: [true, false])
  func aSlowReaderIsBounded(_ isClient: Bool) throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    let (reader, sender) = isClient ? (client, server) : (server, client)
    reader.reads = false
    let size = 64 << 20
    sender.send([UInt8](repeating: UInt8(ascii: "x"), count: size))
    stage.runUntilStuck(sender)
    // The rest is in four kernel buffers, whose sizes the kernel chooses.
    let held = size - sender.unsent
    #expect(held < Limits.proxyBacklogBytes + Limits.readBytes + (40 << 20))
    #expect(held > Limits.proxyBacklogBytes)
    reader.reads = true
    #expect(stage.run { reader.received.count == size })
    #expect(sender.unsent == 0)
  }

  /// The proxy learns of the reset when it sends; what the server had sent before still comes.
  @Test func aResetNoticedBySendingIsAReset() throws {
    let stage = try FaultProxyStage()
    for _ in 0..<20 {
      let (client, server) = try stage.pair()
      // All before the loop turns once, the client first: so the proxy sees the client first.
      #expect([1, 2, 3].withUnsafeBytes { Socket.send(client.descriptor, $0) } == .bytes(24))
      #expect(
        pattern[..<1_000].withUnsafeBytes { Socket.send(server.descriptor, $0) } == .bytes(1_000))
      server.reset()
      #expect(stage.run { client.end != .open })
      #expect(client.end == .reset)
      #expect(client.received == Array(pattern[..<1_000]))
    }
  }

  @Test func aSlowReaderHoldsUpNobodyElse() throws {
    let stage = try FaultProxyStage()
    let slow = try stage.pair()
    slow.client.reads = false
    slow.server.send([UInt8](repeating: 0, count: 32 << 20))
    let (client, server) = try stage.pair()
    server.send(pattern)
    #expect(stage.run { client.received.count == pattern.count })
  }

  @Test func manyConnectionsComeAndGo() throws {
    let stage = try FaultProxyStage()
    for _ in 0..<300 {
      let (client, server) = try stage.pair()
      client.send([1])
      #expect(stage.run { server.received == [1] })
      client.close()
      #expect(stage.run { server.end == .finished })
      server.close()
    }
    #expect(stage.run { stage.proxy.connectionCount == 0 })
  }

  @Test func stopEndsEverything() throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    stage.proxy.stop()
    #expect(stage.run { client.end != .open && server.end != .open })
    #expect(stage.proxy.connectionCount == 0)
    let late = try? stage.client()
    #expect(stage.run { late?.end ?? .reset == .reset })
  }

  @Test func aBusyPortIsAnError() throws {
    let stage = try FaultProxyStage()
    #expect {
      try FaultProxy(
        loop: stage.loop, listener: Listener(stage.proxy.endpoint),
        upstream: .plain(stage.server.endpoint), options: FaultProxy.Options())
    } throws: { ($0 as? SystemError)?.isAddressInUse == true }
  }
}
