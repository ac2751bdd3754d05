import Platform

/// `HOST:PORT` as Toxiproxy takes it: the host may be missing, which is every address.
struct ListenAddress: Hashable, Sendable {
  var endpoint: Endpoint

  /// - Throws: what Go says of such an address, since clients show it or compare it.
  init(_ text: String) throws(ControlError) {
    let bytes = Array(text.utf8)
    let colon = UInt8(ascii: ":")
    guard let last = bytes.lastIndex(of: colon) else {
      throw Self.bad(text, "missing port in address")
    }
    var host = String(decoding: bytes[..<last], as: UTF8.self)
    if host.hasPrefix("[") {
      guard host.hasSuffix("]") else { throw Self.bad(text, "missing port in address") }
      host = String(host.dropFirst().dropLast())
    } else if host.utf8.contains(colon) {
      throw Self.bad(text, "too many colons in address")
    }
    let digits = String(decoding: bytes[(last + 1)...], as: UTF8.self)
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw ControlError(500, "listen tcp: lookup tcp/\(digits): unknown port")
    }
    guard let port = UInt16(digits.isEmpty ? "0" : digits) else {
      throw Self.bad(digits, "invalid port")
    }
    endpoint = Endpoint(host: Self.meant(host), port: port)
  }

  /// The dual-stack wildcard for no host; IPv4 for `localhost`, which clients connect to.
  private static func meant(_ host: String) -> String {
    switch host {
    case "": "::"
    case "localhost": "127.0.0.1"
    default: host
    }
  }

  private static func bad(_ text: String, _ what: String) -> ControlError {
    ControlError(500, "listen tcp: address \(text): \(what)")
  }
}

extension SystemError {
  /// A failure to listen in Go's words.
  func whileListening(_ address: String) -> ControlError {
    let reason = self.reason.prefix(1).lowercased() + self.reason.dropFirst()
    if operation.hasPrefix("resolve") {
      return ControlError(500, "listen tcp: lookup \(operation.dropFirst(8)): \(reason)")
    }
    return ControlError(500, "listen tcp \(address): bind: \(reason)")
  }
}
