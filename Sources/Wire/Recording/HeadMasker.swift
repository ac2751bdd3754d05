/// Overwrites secrets in the heads of HTTP/1 messages with asterisks, byte by byte, whatever the
/// bytes are cut into.
///
/// It knows no framing: a line that looks like a field with a secret is one, wherever it stands, so
/// that no message can be framed so oddly that its secrets pass. Lengths never change.
struct HeadMasker: Sendable {
  private enum State {
    /// At the start of a line: collects what may be a field's name.
    case name
    /// Blanks behind the name, which some servers let pass.
    case afterName
    case secret(leading: Bool)
    /// Blanks before a value that is a URL.
    case beforeURL
    case url
    case parameter
    case parameterSecret
    case rest
  }

  static let fields: [String] = [
    "api-key", "authorization", "cookie", "ocp-apim-subscription-key", "proxy-authorization",
    "set-cookie", "x-amz-security-token", "x-api-key", "x-auth-token", "x-goog-api-key",
  ]
  static let parameters: [String] = [
    "access_token", "api-key", "api_key", "apikey", "client_secret", "key", "password", "sig",
    "signature", "subscription-key", "token", "x-amz-credential", "x-amz-security-token",
    "x-amz-signature", "x-goog-credential", "x-goog-signature",
  ]
  /// Fields whose value is a URL.
  private static let urls = ["content-location", "link", "location", "referer"]

  private static let secretFields = Set(fields.map { Array($0.utf8) })
  private static let secretParameters = Set(parameters.map { Array($0.utf8) })
  private static let urlFields = Set(urls.map { Array($0.utf8) })
  /// No name of the lists is longer.
  private static let longestName = 40

  private var state = State.name
  private var name: [UInt8] = []
  /// A line that begins with a blank goes on with the value before it (RFC 9112 section 5.2).
  private var continues = false
  /// Capitals in a row so far: three and a blank may be a method, whatever came before.
  private var capitals = 0
  private var afterMethod = false

  mutating func mask(_ bytes: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      if case .rest = state, capitals == 0, !afterMethod {
        index = Self.indifferent(bytes.span, from: index)
        if index == bytes.count { return }
      }
      if take(bytes[index]) { bytes[index] = UInt8(ascii: "*") }
      index += 1
    }
  }

  /// The first byte that means something in the rest of a line: its end, or a capital.
  private static func indifferent(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == .lf || byte == .cr || byte &- 0x41 < 26 { break }
      index += 1
    }
    return index
  }

  /// Whether this byte belongs to a secret.
  private mutating func take(_ byte: UInt8) -> Bool {
    if case .secret(let leading) = state { return takeSecret(byte, leading: leading) }
    if byte == .lf || byte == .cr {
      endLine()
      return false
    }
    if beginsTarget(byte) {
      state = .url
      return false
    }
    switch state {
    case .name: takeName(byte)
    case .afterName:
      if byte == .colon { classify() } else if !byte.isBlank { state = .rest }
    case .beforeURL, .url, .parameter, .parameterSecret: return takeURL(byte)
    case .secret, .rest: break
    }
    return false
  }

  private mutating func endLine(secret: Bool = false) {
    state = .name
    name.removeAll(keepingCapacity: true)
    continues = secret
    capitals = 0
    afterMethod = false
  }

  /// Whether a request target begins with this byte. Not only at the start of a line: a request may
  /// follow the body of the last without a line end between them.
  private mutating func beginsTarget(_ byte: UInt8) -> Bool {
    if byte &- 0x41 < 26, !(afterMethod && byte == UInt8(ascii: "H")) {
      capitals += 1
      afterMethod = false
      return false
    }
    if byte.isBlank {
      afterMethod = afterMethod || capitals >= 3
      capitals = 0
      return false
    }
    defer {
      capitals = 0
      afterMethod = false
    }
    return afterMethod && (byte == UInt8(ascii: "/") || byte.lowered == UInt8(ascii: "h"))
  }

  private mutating func takeName(_ byte: UInt8) {
    if byte == .colon { return classify() }
    if byte.isBlank {
      state = name.isEmpty ? (continues ? .secret(leading: true) : .rest) : .afterName
    } else if byte.isTokenCharacter, name.count < Self.longestName {
      name.append(byte.lowered)
    } else {
      state = .rest
    }
  }

  private mutating func classify() {
    if Self.secretFields.contains(name) {
      state = .secret(leading: true)
    } else if Self.urlFields.contains(name) {
      state = .beforeURL
    } else {
      state = .rest
    }
  }

  private mutating func takeSecret(_ byte: UInt8, leading: Bool) -> Bool {
    if byte == .lf {
      endLine(secret: true)
      return false
    }
    if byte == .cr || leading && byte.isBlank { return false }
    state = .secret(leading: false)
    return true
  }

  private mutating func takeURL(_ byte: UInt8) -> Bool {
    if byte.isBlank {
      if case .beforeURL = state { return false }
      state = .rest
      return false
    }
    switch byte {
    case UInt8(ascii: "?"), UInt8(ascii: "&"):
      state = .parameter
      name.removeAll(keepingCapacity: true)
      return false
    case UInt8(ascii: "#"):
      state = .url
      return false
    default: break
    }
    switch state {
    case .parameterSecret: return true
    case .parameter where byte == UInt8(ascii: "="):
      state = Self.secretParameters.contains(name) ? .parameterSecret : .url
    case .parameter where name.count < Self.longestName: name.append(byte.lowered)
    case .parameter, .beforeURL: state = .url
    default: break
    }
    return false
  }
}
