import Glibc

extension Socket {
  /// The first numeric address of an endpoint's name; nil if it has none.
  package static func numeric(_ endpoint: Endpoint) -> Endpoint? {
    addresses(of: endpoint).first.map { Endpoint(host: $0, port: endpoint.port) }
  }

  /// Whether a text is an IP address and no name.
  package static func isAddress(_ text: String) -> Bool {
    var storage = in6_addr()
    return inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
  }
}
