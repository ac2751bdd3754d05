import Platform
import Wire

/// Keeps web pages away from the interface: it takes orders from programs on this machine, and a
/// page in the user's browser is none, whoever wrote it.
struct ControlGuard: Sendable {
  /// Host names by which it may be called, besides `localhost` and addresses.
  let names: [String]

  init(names: [String]) { self.names = names.map { $0.lowercased() } }

  /// Refuses pages of other origins, and names that somebody may have pointed at this machine (DNS
  /// rebinding): what is called by an address was not.
  func refusal(of request: HTTPRequest) -> ControlResponse? {
    if request.header("origin") != nil {
      return .unrouted(.text(403, "requests of web pages (Origin) are not allowed\n"))
    }
    guard let host = request.header("host"), !isOurs(host) else { return nil }
    return .unrouted(
      .text(
        403,
        "this Host is not allowed: call it by its address or as localhost, or let it listen at "
          + "this name\n"))
  }

  /// Toxiproxy's own rule.
  func isBrowser(_ request: HTTPRequest) -> Bool {
    request.header("user-agent")?.hasPrefix("Mozilla/") == true
  }

  private func isOurs(_ field: String) -> Bool {
    var host = Endpoint(field)?.host ?? field
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    host = host.lowercased()
    return host == "localhost" || names.contains(host) || Socket.isAddress(host)
  }
}
