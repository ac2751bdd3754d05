package import Core

/// One recorded request as it is to be sent to another target.
package struct ReplayRequest: Hashable, Sendable {
  /// When, since the replay began.
  package var at: Nanoseconds
  package var method: String
  package var url: String
  /// Complete field lines; the key is among them.
  package var fields: [String]
  package var body: [UInt8]

  /// The requests of a recording at their intervals, the first at once.
  ///
  /// - Parameters:
  ///   - base: the target's base URL as an SDK is given it.
  ///   - key: goes where the recorded request had its secret; none goes if this is nil.
  package static func all(
    _ exchanges: [RecordedExchange], base: String, key: String?, speed: Double = 1
  ) -> [ReplayRequest] {
    let asked = exchanges.filter { $0.request != nil }
    guard let first = asked.map(\.startedAt).min() else { return [] }
    return asked.compactMap { exchange in
      guard let request = exchange.request else { return nil }
      let since = exchange.startedAt - first
      return ReplayRequest(
        at: speed == 1 ? since : Nanoseconds(Int64(Double(since.count) / speed)),
        method: request.method, url: url(base, withKey(request.target, key)),
        fields: fields(request, key), body: request.body)
    }.sorted { $0.at < $1.at }
  }

  /// Whether the request carried a secret in a header or its query, which recordings do not hold.
  package static func needsKey(_ request: RecordedRequest) -> Bool {
    secretField(request) != nil || withKey(request.target, "") != request.target
  }

  /// What a recording keeps of it; secrets are still in it.
  package var recorded: RecordedRequest {
    let authority = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let headers = fields.compactMap { line -> HeaderField? in
      guard let colon = line.firstIndex(of: ":"), line.index(after: colon) < line.endIndex else {
        return nil
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return HeaderField(name: String(line[..<colon]), value: String(value))
    }
    return RecordedRequest(
      method: method, target: String(url[authority...].drop { $0 != "/" }), headers: headers,
      body: body)
  }

  // MARK: Where it goes

  /// Base URLs often end with the version that recorded paths begin with: `…/api/v1` and
  /// `/v1/models` are `…/api/v1/models`.
  static func url(_ base: String, _ target: String) -> String {
    let whole = base.prefix { $0 != "#" }
    let query = whole.firstIndex(of: "?") ?? whole.endIndex
    var stem = whole[..<query]
    while stem.hasSuffix("/") { stem.removeLast() }
    var path = target[...]
    if let scheme = path.firstRange(of: "://"), !path.hasPrefix("/") {
      path = path[scheme.upperBound...].drop { $0 != "/" }
    }
    let authority = stem.firstRange(of: "://")?.upperBound ?? stem.startIndex
    let segments = stem[authority...].split(separator: "/").dropFirst()
    for count in stride(from: segments.count, to: 0, by: -1) {
      let tail = "/" + segments.suffix(count).joined(separator: "/")
      guard path == tail || path.hasPrefix(tail + "/") || path.hasPrefix(tail + "?") else {
        continue
      }
      path = path.dropFirst(tail.count)
      break
    }
    var url = String(stem + path)
    if query < whole.endIndex {
      url += (path.contains("?") ? "&" : "?") + whole[query...].dropFirst()
    }
    return url
  }

  // MARK: Its key

  private static func secretField(_ request: RecordedRequest) -> String? {
    let names = SecretMasker.fields.filter { !$0.contains("cookie") }
    return request.headers.map { $0.name.lowercased() }.first { names.contains($0) }
  }

  /// The target with the key in the place of masked parameters.
  private static func withKey(_ target: String, _ key: String?) -> String {
    guard let key, let start = target.firstIndex(of: "?") else { return target }
    let parameters = target[start...].dropFirst().split(
      separator: "&", omittingEmptySubsequences: false)
    let replaced = parameters.map { parameter -> String in
      guard let equals = parameter.firstIndex(of: "=") else { return String(parameter) }
      let value = parameter[equals...].dropFirst()
      let name = parameter[..<equals].lowercased()
      guard SecretMasker.parameters.contains(name), value.allSatisfy({ $0 == "*" }) else {
        return String(parameter)
      }
      return parameter[...equals] + encoded(key)
    }
    return target[...start] + replaced.joined(separator: "&")
  }

  /// Percent-encoded but for unreserved characters (RFC 3986 section 2.3).
  private static func encoded(_ key: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = ""
    for byte in key.utf8 {
      if byte.isLetter || byte.isDigit || "-._~".utf8.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return text
  }

  // MARK: Its head

  /// What is about one connection, about a body that libcurl measures, or secret.
  private static let dropped: Set<String> = [
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
  ]

  private static func fields(_ request: RecordedRequest, _ key: String?) -> [String] {
    var fields: [String] = []
    for field in request.headers {
      let name = field.name.lowercased()
      guard !dropped.contains(name), !SecretMasker.fields.contains(name), !name.hasPrefix(":")
      else { continue }
      fields.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    // libcurl adds these of itself, unless they are taken away.
    for name in ["Accept", "Content-Type"]
    where !request.headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
      fields.append("\(name):")
    }
    guard let key else { return fields }
    if let name = secretField(request) {
      let isBearer = name == "authorization" || name == "proxy-authorization"
      fields.append(isBearer ? "Authorization: Bearer \(key)" : "\(name): \(key)")
    } else if withKey(request.target, key) == request.target {
      fields.append("Authorization: Bearer \(key)")
    }
    return fields
  }
}
