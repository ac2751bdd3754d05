import Core
import Harness
import Testing
import Wire

/// What a fault holds is bounded, and named: Toxiproxy keeps a gigabyte for 16 delayed connections.
@Suite(.waits) struct FaultProxyBoundTests {
  @Test(arguments: [
    "latency 60s", "pause 60s at byte(1000)", "stall at byte(1000)", "bandwidth 1KB/s",
    "slow-read 1KB/s", "trickle 1s at byte(10)",
    "slice 1 gap=1s", "first-byte-delay 60s",
  ])
  func whatIsHeldIsBounded(literal: String) throws {
    let stage = try FaultProxyStage([try FaultRule(literal)], mode: .bytes)
    let pairs = try (0..<4).map { _ in try stage.pair() }
    for pair in pairs {
      pair.server.send([UInt8](repeating: UInt8(ascii: "x"), count: 48 << 20))
    }
    for pair in pairs { stage.runUntilStuck(pair.server) }
    let flow = stage.proxy.counters.snapshot.downstream
    let most = Limits.writeBacklogBytes + Limits.faultKeptBytes + Limits.readBytes
    #expect(flow.received - flow.sent <= pairs.count * most)
    #expect(pairs.allSatisfy { $0.server.unsent > 0 })
  }
}
