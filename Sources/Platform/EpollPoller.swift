import CLinux
package import Core
import Glibc

/// The kernel's readiness queue, level-triggered but for those who ask for `Readiness.edge`, with
/// waits that end on the nanosecond.
package final class EpollPoller {
  private let poller: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  private static let most: Int32 = 512

  package init() throws(SystemError) {
    poller = clinux_epoll_create()
    guard poller >= 0 else { throw SystemError("epoll_create1", code: -poller) }
    events = .allocate(capacity: Int(Self.most))
  }

  deinit {
    close(poller)
    events.deallocate()
  }

  /// - Parameter tag: comes back with each readiness of the descriptor.
  package func add(_ descriptor: Int32, _ interest: Readiness, tag: UInt64) throws(SystemError) {
    try change(EPOLL_CTL_ADD, descriptor, interest, tag)
  }
  package func modify(_ descriptor: Int32, _ interest: Readiness, tag: UInt64) throws(SystemError) {
    try change(EPOLL_CTL_MOD, descriptor, interest, tag)
  }
  package func remove(_ descriptor: Int32) {
    _ = clinux_epoll_change(poller, EPOLL_CTL_DEL, descriptor, 0, 0)
  }

  /// Waits at most `timeout` (for ever if nil) and calls `ready` with the tag of each ready descriptor.
  /// - Returns: how many there were.
  package func wait(
    _ timeout: Nanoseconds?, ready: (_ tag: UInt64, _ readiness: Readiness) -> Void
  ) -> Int {
    let limit = timeout.map { max(0, $0.count) } ?? -1
    let count = clinux_epoll_wait(poller, events, Self.most, limit)
    // An interrupted wait is an empty one.
    guard count > 0 else { return 0 }
    for index in 0..<Int(count) {
      let event = events[index]
      ready(event.data.u64, Readiness(rawValue: event.events))
    }
    return Int(count)
  }

  private func change(
    _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ tag: UInt64
  ) throws(SystemError) {
    let result = clinux_epoll_change(poller, operation, descriptor, interest.rawValue, tag)
    guard result == 0 else { throw SystemError("epoll_ctl", code: -result) }
  }
}
