package import Core

/// The summary for a terminal of 80 columns: outcome, instrument, percentiles, verdicts.
package struct TerminalRenderer: Renderer {
  /// Whether to use ANSI colours; words and signs carry the meaning without them.
  package var color: Bool

  package init(color: Bool = false) { self.color = color }

  package let name = "terminal"
  package let fileName: String? = nil

  package static let columns = 80

  /// Colours belong on a terminal, unless NO_COLOR is set to anything (no-color.org) or the
  /// terminal is dumb.
  package static func wantsColor(isTerminal: Bool, environment: [String: String]) -> Bool {
    isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  package func render(_ record: RunRecord) -> String {
    let content = Content(record)
    var page = TerminalWriter(color: color)
    page.headline(content.headline)
    page.instrument(content)
    if let sweep = record.sweep {
      page.sweep(sweep)
      // The stages stand in the report; here only those in which a check failed.
      for index in record.targets.indices
      where record.targets[index].verdicts.contains(where: { $0.verdict == .fail }) {
        page.target(content, index)
      }
      return page.text
    }
    page.summary(content)
    page.machines(content)
    for index in record.targets.indices { page.target(content, index) }
    return page.text
  }
}
