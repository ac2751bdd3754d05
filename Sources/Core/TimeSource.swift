/// Where drivers get the time from; pure code never reads it and is handed instants instead.
package protocol TimeSource {
  /// The current instant on the one clock of the run.
  func now() -> Instant
}

/// Time that moves only when a test says so.
package struct VirtualTime: TimeSource {
  package private(set) var instant: Instant

  package init(_ start: Instant = Instant(nanoseconds: 0)) { instant = start }

  package func now() -> Instant { instant }

  /// Moves the clock on; time never goes back.
  package mutating func advance(by step: Nanoseconds) {
    precondition(step >= .zero, "virtual time never goes back")
    instant = instant + step
  }
}
