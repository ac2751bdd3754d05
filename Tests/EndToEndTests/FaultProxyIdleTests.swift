import Core
import Glibc
import Harness
import Platform
import Testing
import Wire

/// A level-triggered loop spins when it is told of something that it does not take: here are the
/// states in which a connection waits, and none of them may cost processor time.
@Suite(.waits) struct FaultProxyIdleTests {
  private static let stall = "stall at byte(1)"
  private static let pause = "pause 60s at byte(1)"
  /// More than the proxy and four kernel buffers hold.
  private let flood = [UInt8](repeating: UInt8(ascii: "z"), count: 28 << 20)

  /// The share of one processor that this thread uses while nothing happens.
  private func load(_ stage: FaultProxyStage) -> Double {
    stage.run(for: .milliseconds(30))
    var before = timespec()
    var after = timespec()
    let start = stage.loop.clock.now()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
    stage.run(for: .milliseconds(100))
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
    let used =
      Double(after.tv_sec - before.tv_sec) + Double(after.tv_nsec - before.tv_nsec) / 1e9
    return used / (stage.loop.clock.now() - start).seconds
  }

  @Test(arguments: [[], [stall], [pause]])
  func waitingCostsNothing(_ rules: [String]) throws {
    let ends: [(FaultProxyPeer) -> Void] = [{ _ in }, { $0.finish() }, { $0.reset() }]
    for flooded in [false, true] {
      for (number, end) in ends.enumerated() {
        for serverEnds in [true, false] {
          let stage = try FaultProxyStage(rules.map { try FaultRule($0) })
          let (client, server) = try stage.pair()
          let (ending, other) = serverEnds ? (server, client) : (client, server)
          server.send([1, 2])
          other.reads = !flooded
          // Behind a nonce the proxy has nothing to look for in a request.
          client.send(Nonce(value: 1).promptMarker.utf8)
          ending.send(flooded ? flood : [3])
          flooded ? stage.runUntilStuck(ending) : stage.run(for: .milliseconds(5))
          end(ending)
          let load = load(stage)
          #expect(load < 0.3, "rules \(rules), end \(number), server \(serverEnds), \(flooded)")
        }
      }
    }
  }

  /// A FIN that was read, or that stands behind bytes which must not be read yet: which of the two
  /// depends on the sizes of kernel buffers, so this goes through many sizes.
  @Test(arguments: [false, true])
  func aFinBehindABacklogCostsNothing(_ serverEnds: Bool) throws {
    for megabytes in stride(from: 2, through: 22, by: 2) {
      let stage = try FaultProxyStage()
      let (client, server) = try stage.pair()
      server.reads = false
      if serverEnds { server.finish() }
      client.send(flood[..<(megabytes << 20)])
      client.finish()
      stage.runUntilStuck(client)
      #expect(load(stage) < 0.3, "\(megabytes) MiB")
      // Longer than a cut would wait.
      if (4...8).contains(megabytes) { stage.run(for: .milliseconds(1_300)) }
      server.reads = true
      #expect(stage.run { server.end == .finished })
      #expect(server.received.count == megabytes << 20)
    }
  }

  /// What a server sent before its reset arrives, also when the client reads it much later.
  @Test func aResetWaitsBehindABacklog() throws {
    let stage = try FaultProxyStage()
    let (client, server) = try stage.pair()
    client.reads = false
    let size = 3 << 20
    server.send(repeatElement(7, count: size))
    #expect(stage.run { server.unsent == 0 && Socket.unacknowledged(server.descriptor) == 0 })
    server.reset()
    stage.run(for: .milliseconds(100))
    #expect(client.end == .open)
    client.reads = true
    #expect(stage.run { client.end == .reset })
    #expect(client.received.count == size)
  }
}
