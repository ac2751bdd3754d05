package import Core
import Synchronization

/// What went through one proxy, counted on its loop's thread and readable from any other at any
/// moment, streams under way included. Outlives a proxy that is switched off and on again.
package final class ProxyCounters: Sendable {
  /// One direction of all connections.
  package final class Flow: Sendable {
    /// Bytes read from the sender, and bytes handed to the receiver's kernel.
    fileprivate let received = Atomic<Int>(0)
    fileprivate let sent = Atomic<Int>(0)
    /// Events with data whose last byte was read; only where HTTP is read.
    fileprivate let events = Atomic<Int>(0)

    @inline(__always)
    package func received(_ bytes: Int) { Self.add(bytes, to: received) }
    @inline(__always)
    package func sent(_ bytes: Int) { Self.add(bytes, to: sent) }
    @inline(__always)
    package func events(_ count: Int) { Self.add(count, to: events) }

    /// One thread writes, so that nothing can come between, and the processor's bus stays free.
    @inline(__always)
    private static func add(_ count: Int, to sum: borrowing Atomic<Int>) {
      sum.store(sum.load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }
  }

  package let upstream = Flow()
  package let downstream = Flow()
  private let accepted = Atomic<Int>(0)
  private let closed = Atomic<Int>(0)
  private let unreachable = Atomic<Int>(0)
  private let struck = Atomic<Int>(0)

  package init() {}

  package func flow(_ direction: FaultDirection) -> Flow {
    direction == .upstream ? upstream : downstream
  }

  package func opened() { accepted.add(1, ordering: .relaxed) }
  package func over() { closed.add(1, ordering: .relaxed) }
  /// The upstream did not take a connection.
  package func refused() { unreachable.add(1, ordering: .relaxed) }
  package func faultStruck() { struck.add(1, ordering: .relaxed) }

  /// The figures of one moment, each exact by itself.
  package struct Snapshot: Hashable, Sendable {
    package struct Flow: Hashable, Sendable {
      package var received = 0
      package var sent = 0
      package var events = 0
      package init() {}
    }
    package var accepted = 0
    package var open = 0
    package var refused = 0
    package var faults = 0
    package var upstream = Flow()
    package var downstream = Flow()
    package init() {}
  }

  package var snapshot: Snapshot {
    var result = Snapshot()
    // What has closed is read first: a connection that opens meanwhile must not make `open` negative.
    let over = closed.load(ordering: .relaxed)
    result.accepted = accepted.load(ordering: .relaxed)
    result.open = max(0, result.accepted - over)
    result.refused = unreachable.load(ordering: .relaxed)
    result.faults = struck.load(ordering: .relaxed)
    result.upstream = Self.snapshot(upstream)
    result.downstream = Self.snapshot(downstream)
    return result
  }

  private static func snapshot(_ flow: Flow) -> Snapshot.Flow {
    var result = Snapshot.Flow()
    result.received = flow.received.load(ordering: .relaxed)
    result.sent = flow.sent.load(ordering: .relaxed)
    result.events = flow.events.load(ordering: .relaxed)
    return result
  }
}
