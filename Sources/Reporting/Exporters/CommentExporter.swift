import Core

/// A comment for a pull request: its first line is hidden and always the same, so that a later run
/// finds the comment and writes it anew instead of adding another. GitHub takes 65,536 characters.
package struct CommentExporter: Exporter {
  package init() {}

  package let name = "comment"
  package let fileName = "comment.md"

  package static let marker = "<!-- relaymark-gate -->\n"
  package static let limit = 64_000

  package func export(_ export: Export) -> String {
    GateTable.markdown(export, marker: Self.marker, limit: Self.limit)
  }
}
