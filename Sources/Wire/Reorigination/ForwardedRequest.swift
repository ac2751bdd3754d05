package import Core

/// A client's request as it is sent on to a server of ours (RFC 9110 section 7.6).
///
/// Fields keep their order and their bytes, secrets included; only what is meant for the next hop
/// is taken out. No `Via` is added: some servers answer otherwise when they see one (nginx does not
/// compress), and nothing is to change by our being there.
package struct ForwardedRequest: Hashable, Sendable {
  package var method: String
  package var target: String
  package var fields: [HeaderField]
  package var body: [UInt8]

  package init(_ request: HTTPRequest, to base: BaseURL) throws(HTTPRequestParser.Failure) {
    guard request.method != "CONNECT" else {
      throw .malformed("CONNECT asks for a tunnel, and this is none")
    }
    // A field that is not UTF-8 would not arrive as it was sent.
    guard String(validating: request.head, as: UTF8.self) != nil else {
      throw .malformed("the head is not UTF-8")
    }
    guard request.method != "HEAD" || request.body.isEmpty else {
      throw .malformed("a HEAD request has a body")
    }
    guard let target = base.target(for: request.target) else {
      throw .malformed("the request target is neither a path nor a URL")
    }
    method = request.method
    self.target = target
    let hop = HopByHop.names(
      connection: request.headers.filter { $0.name.lowercased() == "connection" }.map(\.value))
    fields = request.headers.filter { field in
      let name = field.name.lowercased()
      // We speak to another host, and have asked for the body ourselves.
      return name != "host" && name != "expect" && !hop.contains(name)
    }
    body = request.body
  }
}

/// The fields that end with one hop (RFC 9110 section 7.6.1), and `Trailer`, since trailers are not
/// sent on (section 6.5.1 allows that).
enum HopByHop {
  /// In lower case; the values of `Connection` may name more.
  static func names(connection: [String]) -> Set<String> {
    var names: Set<String> = [
      "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
      "upgrade",
    ]
    for value in connection {
      for name in value.lowercased().utf8.split(separator: UInt8(ascii: ",")) {
        let bytes = Array(name)
        names.insert(bytes.span.extracting(bytes.span.trimmed(bytes.indices)).text)
      }
    }
    return names
  }

  static func remove(from head: inout MessageHead) {
    let connection = head.values(of: "Connection").map { String(decoding: $0, as: UTF8.self) }
    for name in names(connection: connection) { head.remove(name) }
  }
}
