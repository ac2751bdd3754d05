/// The base URL of a server, as an SDK is given it: `https://api.example.com/v1`.
///
/// A query stays with every request (Azure's `?api-version=…`).
package struct BaseURL: Hashable, Sendable {
  package var isSecure: Bool
  /// Host and port as they were written.
  package var authority: String
  /// Without a slash at its end; empty for the root.
  package var path: String
  package var query: String?

  /// Nil if it is not `http://` or `https://` with a host, or has user information: a secret does
  /// not belong into an argument that every process can read.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    let lower = bytes.map(\.lowered)
    let scheme = ["http://", "https://"].first { lower.starts(with: $0.utf8) }
    guard let scheme else { return nil }
    let rest = bytes[scheme.utf8.count...].prefix { $0 != UInt8(ascii: "#") }
    let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    guard let first = authority.first, first != .colon, !authority.contains(UInt8(ascii: "@"))
    else { return nil }
    let target = rest[authority.endIndex...]
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    let end = path.lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? path.startIndex
    isSecure = scheme == "https://"
    self.authority = String(decoding: authority, as: UTF8.self)
    self.path = String(decoding: path[..<end], as: UTF8.self)
    query =
      path.endIndex == target.endIndex
      ? nil : String(decoding: target[(path.endIndex + 1)...], as: UTF8.self)
  }

  /// Scheme and authority.
  package var origin: String { (isSecure ? "https://" : "http://") + authority }

  /// What stands in the request line for this request target (RFC 9112 section 3.2), or nil if it
  /// is none of this server's: the path behind ours, the query behind ours, neither normalised.
  package func target(for target: String) -> String? {
    if target == "*" { return target }
    var own = target[...]
    if let scheme = target.firstRange(of: "://"), !target.hasPrefix("/") {
      own = target[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
    } else if !target.hasPrefix("/") {
      return nil
    }
    let split = own.firstIndex(of: "?") ?? own.endIndex
    let queries = [query, split < own.endIndex ? String(own[split...].dropFirst()) : nil]
    let whole = path + own[..<split]
    let joined = queries.compactMap { $0 }.joined(separator: "&")
    let root = whole.isEmpty ? "/" : whole
    return queries == [nil, nil] ? root : root + "?" + joined
  }
}
