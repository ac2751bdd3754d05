/// Something under test: a name, where it is, how to speak to it, and where its key comes from.
package struct Target: Hashable, Sendable {
  package var name: String
  /// The base URL as an SDK is given it, `http://127.0.0.1:4000/v1`.
  package var baseURL: String
  package var dialect: String
  /// The environment variable that holds the key; the key itself is never stored.
  package var keyEnvironment: String?

  package init(name: String, baseURL: String, dialect: String, keyEnvironment: String? = nil) {
    self.name = name
    self.baseURL = baseURL
    self.dialect = dialect
    self.keyEnvironment = keyEnvironment
  }
}

extension Target {
  /// The base URL without user information, query and fragment, where secrets may stand.
  package var publicURL: String {
    let text = baseURL.prefix { $0 != "?" && $0 != "#" }
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
      return String(text)
    }
    let start = text.index(colon, offsetBy: 3)
    let authority = text[start...].prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return String(text) }
    return String(text[..<start]) + text[text.index(after: at)...]
  }
}
