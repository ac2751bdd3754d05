import CLinux

/// What a descriptor is ready for, or what its owner wants to hear of.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static var read: Readiness { Readiness(rawValue: EPOLLIN.rawValue) }
  package static var write: Readiness { Readiness(rawValue: EPOLLOUT.rawValue) }
  /// The peer has shut down its sending side.
  package static var peerClosed: Readiness { Readiness(rawValue: EPOLLRDHUP.rawValue) }
  package static var nothing: Readiness { Readiness(rawValue: 0) }
  /// Always reported, never asked for.
  package static var error: Readiness { Readiness(rawValue: EPOLLERR.rawValue) }
  package static var hangUp: Readiness { Readiness(rawValue: EPOLLHUP.rawValue) }

  // Asked for each readiness, where building a set to compare with would show.

  /// It was reset, or is through in both directions.
  package var isGone: Bool { rawValue & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
  package var mayWrite: Bool { rawValue & EPOLLOUT.rawValue != 0 }
  /// Nothing to be read, and nothing has ended.
  package var isOnlyWrite: Bool { rawValue & ~EPOLLOUT.rawValue == 0 }
}
