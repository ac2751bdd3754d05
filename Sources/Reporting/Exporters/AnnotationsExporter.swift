import Core

/// Workflow commands that GitHub turns into annotations ("Workflow commands for GitHub Actions"):
/// what failed first, since only ten of a kind are shown for a step.
package struct AnnotationsExporter: Exporter {
  package init() {}

  package let name = "annotations"
  package let fileName = "annotations.txt"

  private static let most = 10

  package func export(_ export: Export) -> String {
    let shown = export.sorted.filter { ![.pass, .skip].contains($0.outcome) }
    return shown.prefix(Self.most).map { item in
      let title = "relaymark \(item.target): \(item.name)"
      let words = ([item.summary] + item.details).joined(separator: "\n")
      return "::\(Self.command(item.outcome)) title=\(Self.property(title))::\(Self.data(words))\n"
    }.joined()
  }

  private static func command(_ outcome: GateItem.Outcome) -> String {
    switch outcome {
    case .fail, .error: "error"
    case .warn, .inconclusive: "warning"
    case .pass, .skip: "notice"
    }
  }

  static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
