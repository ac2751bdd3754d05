import CLinux
package import Core

/// CLOCK_MONOTONIC: the one clock of a run.
package struct SystemClock: TimeSource {
  package init() {}

  @inline(__always)
  package func now() -> Instant { Instant(nanoseconds: clinux_monotonic()) }
}
