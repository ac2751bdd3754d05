package import Core

/// The provider's side of one connection, without socket or clock: requests in, answers out.
///
/// A driver hands in bytes and instants, carries out the actions in order, and calls `due` when
/// `nextDue` has come; it looks at `nextDue` after every call.
package protocol AnsweringSession {
  var nextDue: Instant? { mutating get }
  /// Whether no request is being read or answered, so that the connection may be closed.
  var isIdle: Bool { get }
  /// Whose request is being answered; nil for nobody's, or one that carries no nonce.
  var openNonce: Nonce? { get }

  mutating func received(_ bytes: some Collection<UInt8>, at now: Instant)
    -> [ProviderSession.Action]
  mutating func due(at now: Instant) -> [ProviderSession.Action]
  /// The kernel took the last byte of send `id`; `now` was taken right before the call.
  mutating func written(_ id: Int, at now: Instant) -> [ProviderSession.Action]
  mutating func peerClosed(at now: Instant, reset: Bool) -> [ProviderSession.Action]
  /// The run is over: an answer under way is recorded as unfinished.
  mutating func abandon(at now: Instant) -> [ProviderSession.Action]
}

extension ProviderSession: AnsweringSession {}
