import CLinux
package import Core
import Glibc

/// A descriptor that the kernel makes readable at an instant: a socket with a known arrival.
package final class TimerDescriptor {
  package let number: Int32

  package init() throws(SystemError) {
    number = clinux_timerfd()
    guard number >= 0 else { throw SystemError("timerfd_create", code: -number) }
  }

  deinit { close(number) }

  /// Readable once, at that instant; an instant that is past makes it readable at once.
  package func set(to instant: Instant) {
    _ = clinux_timerfd_set(number, instant.nanoseconds)
  }

  /// Takes its readiness; false if there was none.
  package func take() -> Bool {
    var count: UInt64 = 0
    return read(number, &count, MemoryLayout<UInt64>.size) == MemoryLayout<UInt64>.size
  }
}
