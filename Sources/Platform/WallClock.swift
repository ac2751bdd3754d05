package import Core
import Glibc

/// CLOCK_REALTIME: what several machines agree on, as far as their clocks are set. Durations are never
/// taken from it.
package enum WallClock {
  package static func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
