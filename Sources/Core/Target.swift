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
