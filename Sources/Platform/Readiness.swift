import CLinux

/// What a descriptor is ready for, or what its owner wants to hear of.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let read = Readiness(rawValue: EPOLLIN.rawValue)
  package static let write = Readiness(rawValue: EPOLLOUT.rawValue)
  /// The peer has shut down its sending side.
  package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
  /// Always reported, never asked for.
  package static let error = Readiness(rawValue: EPOLLERR.rawValue)
  package static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
}
