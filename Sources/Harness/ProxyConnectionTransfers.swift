import Platform

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
}
