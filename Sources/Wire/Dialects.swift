/// The wire formats that relaymark speaks, sorted by name.
package enum Dialects {
  package static let all: [any Dialect] = [
    OpenAIChat()
  ]

  /// The dialect of that name, or nil; for an error text, `all` has the names.
  package static func named(_ name: String) -> (any Dialect)? {
    all.first { $0.name == name }
  }
}
