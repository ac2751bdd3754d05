import Core

/// The JSON of an endpoint badge (shields.io, "Endpoint Badge", schema version 1).
package struct BadgeExporter: Exporter {
  package init() {}

  package let name = "badge"
  package let fileName = "badge.json"

  private struct Badge: Encodable {
    let schemaVersion = 1
    let label = "relaymark"
    var message: String
    var color: String
    var isError: Bool
  }

  package func export(_ export: Export) -> String {
    let items = export.gate.items
    let passed = items.count { $0.outcome == .pass }
    let judged = items.count { $0.outcome != .skip }
    let (word, color) =
      switch export.gate.decision {
      case .pass: ("passed", "brightgreen")
      case .fail: ("failed", "red")
      case .inconclusive: ("inconclusive", "yellow")
      }
    return JSONRenderer.text(
      Badge(
        message: "\(word), \(passed) of \(judged)", color: color,
        isError: export.gate.decision == .fail))
  }
}
