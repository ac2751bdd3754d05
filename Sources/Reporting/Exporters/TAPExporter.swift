import Core

/// The Test Anything Protocol, version 14 (testanything.org): a point for each item, and what was
/// measured as YAML under it.
package struct TAPExporter: Exporter {
  package init() {}

  package let name = "tap"
  package let fileName = "results.tap"

  package func export(_ export: Export) -> String {
    let items = export.gate.items
    var text = "TAP version 14\n1..\(items.count)"
    text += items.isEmpty ? " # SKIP nothing was judged\n" : "\n"
    for (index, item) in items.enumerated() {
      let fails = item.outcome == .fail || item.outcome == .error
      let title = Self.description("\(item.target): \(item.kind.rawValue): \(item.name)")
      text += "\(fails ? "not ok" : "ok") \(index + 1) - \(title)"
      switch item.outcome {
      case .skip: text += " # SKIP \(Self.line(item.summary))"
      case .inconclusive: text += " # SKIP not decided: \(Self.line(item.summary))"
      default: break
      }
      text += "\n"
      guard item.outcome != .pass || !item.details.isEmpty else { continue }
      text += "  ---\n  outcome: \(item.outcome.rawValue)\n"
      text += "  message: \(Self.quoted(item.summary))\n"
      if !item.details.isEmpty {
        text += "  details:\n"
        for detail in item.details { text += "    - \(Self.quoted(detail))\n" }
      }
      text += "  ...\n"
    }
    return text
  }

  private static func line(_ text: String) -> String { Escaping.terminal(text) }

  /// `#` would begin a directive.
  private static func description(_ text: String) -> String {
    line(text).replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }

  /// A double-quoted scalar of YAML.
  private static func quoted(_ text: String) -> String {
    let safe = line(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(safe)\""
  }
}
