/// How one direction of a connection ended.
package enum StreamEnding: String, Hashable, Sendable, CaseIterable {
  /// The sender's FIN.
  case fin
  /// The sender's RST, or another failure of its socket.
  case reset
  /// The proxy cut it: a fault, or its own end.
  case cut
}
