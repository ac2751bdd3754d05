package import Core

/// How long before a deadline a thread must ask to be woken to be awake when it comes.
///
/// A processor that has gone to sleep comes back some tens of microseconds after its timer; how many
/// is learned from each wake, as the quantile of which three in four are below. A wake that is late
/// once in a while, because others had the processor, moves it by one step.
package struct WakeLead {
  package private(set) var time = Nanoseconds.zero

  /// Beyond it no machine is slow to wake but busy, and waiting awake would make it busier.
  package static let most = Nanoseconds.microseconds(100)
  private static let step = Nanoseconds.microseconds(1)

  package init() {}

  /// - Parameter late: how long after the instant that was asked for a thread was awake.
  package mutating func learn(_ late: Nanoseconds) {
    time =
      late > time
      ? min(time + Self.step + Self.step + Self.step, Self.most) : max(.zero, time - Self.step)
  }

  /// For how long to sleep with so long to go; nil to sleep through, since most of what little there
  /// is would be waited out awake.
  package func sleep(_ left: Nanoseconds) -> Nanoseconds? {
    left > time + time ? left - time : nil
  }
}
