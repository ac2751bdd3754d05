import Core
import Harness
import Platform
import Testing
import Wire

/// A proxy that goes and comes back.
@Suite(.waits) struct FaultProxyDownTests {
  @Test func cutsEverybodyListensNoMoreAndComesBack() throws {
    let stage = try FaultProxyStage([try FaultRule("down 300ms after=200ms")])
    let (client, server) = try stage.pair()
    client.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
    #expect(stage.run { !server.received.isEmpty })
    #expect(stage.run { client.end != .open && server.end != .open })
    #expect(client.end == .finished && server.end == .finished)
    let record = try #require(stage.proxy.takeRecords().first)
    #expect(record.kind == "down" && record.effect == .cuts && record.connection == 0)

    let refused = try stage.client()
    #expect(stage.run { refused.end == .reset })
    #expect(stage.proxy.isListening == false)
    #expect(stage.run { stage.proxy.isListening })
    let (again, _) = try stage.pair()
    #expect(again.end == .open)
    #expect(stage.proxy.warnings().isEmpty)
  }

  @Test func againAndAgain() throws {
    let stage = try FaultProxyStage([try FaultRule("down 40ms every=80ms after=40ms")])
    for _ in 0..<5 {
      #expect(stage.run { !stage.proxy.isListening })
      #expect(stage.run { stage.proxy.isListening })
    }
  }

  @Test func aRuleThatComesAndGoes() throws {
    let stage = try FaultProxyStage()
    let (client, _) = try stage.pair()
    stage.proxy.install(try FaultRule("down 60s"), id: 4)
    #expect(!stage.proxy.isListening)
    #expect(stage.run { client.end == .finished })
    stage.proxy.withdraw(id: 4)
    #expect(stage.proxy.isListening)
    _ = try stage.pair()
  }

  @Test func stopsWhileItIsDown() throws {
    let stage = try FaultProxyStage([try FaultRule("down 60s")])
    #expect(!stage.proxy.isListening)
    stage.proxy.stop()
    #expect(try Listener(stage.proxy.endpoint).endpoint == stage.proxy.endpoint)
  }
}
