import Core
import Platform

/// Waits for the instant of the calendar at which all machines of a run begin.
///
/// The calendar's clock may be set or slewed meanwhile, so it is read again and again, and only the
/// last second is counted on the clock of the run.
final class StartLine: ReadinessTarget, TimerTarget {
  private let loop: EventLoop
  private let interrupts: Interrupts
  private let start: WallTime
  private var isInterrupted = false

  /// What is left for setting up the run.
  static let lead = Nanoseconds.seconds(1)
  private static let longestSleep = Nanoseconds.seconds(20)

  private init(_ start: WallTime, _ interrupts: Interrupts) throws(SystemError) {
    loop = try EventLoop()
    self.start = start
    self.interrupts = interrupts
  }

  /// - Returns: the start on the clock of the run, at most a second ahead and in the past if it was
  ///   missed; nil when interrupted.
  static func wait(for start: WallTime, interrupts: Interrupts) throws(SystemError) -> Instant? {
    let line = try StartLine(start, interrupts)
    defer { line.loop.dispose() }
    try line.loop.add(interrupts.descriptor, .read, line)
    line.sleep()
    if line.isAhead { line.loop.run() }
    let left = start - WallClock.now()
    return line.isInterrupted ? nil : line.loop.clock.now() + left
  }

  private var isAhead: Bool { start - WallClock.now() > Self.lead }

  private func sleep() {
    let left = start - WallClock.now() - Self.lead
    _ = loop.schedule(self, at: loop.clock.now() + min(max(.zero, left), Self.longestSleep))
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if isAhead { sleep() } else { loop.stop() }
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard interrupts.take() else { return }
    isInterrupted = true
    loop.stop()
  }
}
