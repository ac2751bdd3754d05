import CLinux

/// What a descriptor is ready for, or what its owner wants to hear of.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static var read: Readiness { Readiness(rawValue: EPOLLIN.rawValue) }
  package static var write: Readiness { Readiness(rawValue: EPOLLOUT.rawValue) }
  /// The peer has shut down its sending side.
  package static var peerClosed: Readiness { Readiness(rawValue: EPOLLRDHUP.rawValue) }
  /// Told once for each thing that comes, instead of for as long as there is something: whoever asks
  /// for it reads and writes until there is nothing more, or asks anew (epoll(7), EPOLLET).
  package static var edge: Readiness { Readiness(rawValue: EPOLLET.rawValue) }
  package static var nothing: Readiness { Readiness(rawValue: 0) }
  /// Always reported, never asked for.
  package static var error: Readiness { Readiness(rawValue: EPOLLERR.rawValue) }
  package static var hangUp: Readiness { Readiness(rawValue: EPOLLHUP.rawValue) }

  // Asked for each readiness, where building a set to compare with would show.

  /// It was reset, or is through in both directions.
  package var isGone: Bool { rawValue & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
  /// An end has come, maybe behind bytes.
  package var tellsEnd: Bool {
    rawValue & (EPOLLRDHUP.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
  }
  package var mayWrite: Bool { rawValue & EPOLLOUT.rawValue != 0 }
  /// There is something to be read, and nothing else.
  package var isOnlyRead: Bool { rawValue == EPOLLIN.rawValue }
  /// Nothing to be read, and nothing has ended.
  package var isOnlyWrite: Bool { rawValue & ~EPOLLOUT.rawValue == 0 }
}
