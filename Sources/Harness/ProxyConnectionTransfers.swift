import Core
import Platform
import Wire

/// Where the upstream is a server to which requests are sent on: its side is read as a socket is,
/// but it is libcurl that says when.
extension ProxyConnection: UpstreamDelegate {
  func open(_ origin: Reorigination) {
    upstream.open(ReoriginatedUpstream(origin, delegate: self))
    connected()
  }

  func upstreamHasArrived() {
    if state != .over { settle() }
  }

  /// Whether a client that ends its direction has left. Behind a stall nothing can come that one who
  /// only half-closed could wait for. And requests that were sent on, or are held yet, cost: they are
  /// not carried on for a client who might have half-closed, which clients of HTTP do not.
  var isGoneWhenItEnds: Bool {
    isIgnored || upstream.hasTransfers || pipeline?.isStalled(.downstream) == true
  }
}
