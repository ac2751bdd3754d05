package import Core

/// A whole HTTP/1.x request as a server read it.
package struct HTTPRequest: Hashable, Sendable {
  package var method: String
  /// The request target as sent, query included.
  package var target: String
  /// 0 or 1: HTTP/1.0 or HTTP/1.1.
  package var minorVersion: Int
  package var headers: [HeaderField]
  /// The head as received, up to and including its blank line.
  package var head: [UInt8]
  /// The body with its transfer coding removed.
  package var body: [UInt8]

  package init(
    method: String, target: String, minorVersion: Int, headers: [HeaderField], head: [UInt8],
    body: [UInt8]
  ) {
    self.method = method
    self.target = target
    self.minorVersion = minorVersion
    self.headers = headers
    self.head = head
    self.body = body
  }

  /// The request target without its query.
  package var path: String { String(target.prefix { $0 != "?" }) }

  /// The value of the last field of that name (names compare case-insensitively), or nil.
  package func header(_ name: String) -> String? {
    headers.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// RFC 9112 section 9.3: HTTP/1.1 persists unless told to close, HTTP/1.0 closes unless told to
  /// keep alive.
  package var keepsAlive: Bool {
    let tokens = (header("connection") ?? "").lowercased().split(separator: ",").map {
      $0.filter { $0 != " " && $0 != "\t" }
    }
    if minorVersion == 0 { return tokens.contains("keep-alive") }
    return !tokens.contains("close")
  }
}
