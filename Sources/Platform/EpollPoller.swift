import CLinux
package import Core
import Glibc

/// The kernel's readiness queue, level-triggered, with waits that end on the nanosecond.
package final class EpollPoller {
  private let poller: Int32
  private var events: [epoll_event]

  package init() throws(SystemError) {
    poller = clinux_epoll_create()
    guard poller >= 0 else { throw SystemError("epoll_create1", code: -poller) }
    events = Array(repeating: epoll_event(), count: 512)
  }

  deinit { close(poller) }

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
  package func wait(
    _ timeout: Nanoseconds?, ready: (_ tag: UInt64, _ readiness: Readiness) -> Void
  ) {
    let limit = timeout.map { max(0, $0.count) } ?? -1
    let count = clinux_epoll_wait(poller, &events, Int32(events.count), limit)
    // An interrupted wait is an empty one.
    guard count > 0 else { return }
    for index in 0..<Int(count) {
      let event = events[index]
      ready(event.data.u64, Readiness(rawValue: event.events))
    }
  }

  private func change(
    _ operation: Int32, _ descriptor: Int32, _ interest: Readiness, _ tag: UInt64
  ) throws(SystemError) {
    let result = clinux_epoll_change(poller, operation, descriptor, interest.rawValue, tag)
    guard result == 0 else { throw SystemError("epoll_ctl", code: -result) }
  }
}
