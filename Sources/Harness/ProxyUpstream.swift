package import Platform
package import Wire

/// What a proxy forwards to.
package enum ProxyUpstream: Hashable, Sendable, CustomStringConvertible {
  /// Bytes go there as they come.
  case plain(Endpoint)
  /// Requests are sent on to this server, as `Reorigination` does.
  case server(BaseURL)

  /// Reads `HOST:PORT`, `:PORT` (on this machine), `http://HOST[:PORT]` or a base URL with `https`
  /// or with a path, behind which requests go; nil for anything else.
  package init?(_ text: String) {
    if let base = BaseURL(text) {
      guard let endpoint = Endpoint(base.authority) ?? Endpoint("\(base.authority):80") else {
        return nil
      }
      let isPlain = !base.isSecure && base.path.isEmpty && base.query == nil
      self = isPlain ? .plain(endpoint) : .server(base)
    } else if text.hasPrefix(":"), let endpoint = Endpoint("127.0.0.1" + text) {
      self = .plain(endpoint)
    } else if let endpoint = Endpoint(text), !text.contains("/") {
      self = .plain(endpoint)
    } else {
      return nil
    }
  }

  /// Without a query, which may hold a secret.
  package var description: String {
    switch self {
    case .plain(let endpoint): "\(endpoint)"
    case .server(let base): base.origin + base.path
    }
  }
}
