/// What a gate came to, item by item (`gate.json`, schema in `reports/schema/`): the one form from
/// which every report for a CI system is made.
package struct GateRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.gate/1"

  package var schema = GateRecord.schemaID
  package var tool: RunRecord.Tool
  /// What was judged: the schema of its record, and when it was measured.
  package var source: String
  package var startedAt: String
  package var durationNs: Nanoseconds
  package var decision: GateDecision
  /// In a sentence or two.
  package var reason: String
  package var items: [GateItem]
  /// What a reader should know and nothing was decided by: an improvement, a stale baseline.
  package var notes: [String]

  package init(
    tool: RunRecord.Tool, source: String, startedAt: String, durationNs: Nanoseconds,
    items: [GateItem], notes: [String] = []
  ) {
    self.tool = tool
    self.source = source
    self.startedAt = startedAt
    self.durationNs = durationNs
    self.items = items
    self.notes = notes
    decision = Self.decide(items)
    reason = Self.words(items)
  }

  private static func decide(_ items: [GateItem]) -> GateDecision {
    if items.contains(where: { $0.outcome == .fail }) { return .fail }
    let open = items.contains { $0.outcome == .inconclusive || $0.outcome == .error }
    return open || !items.contains { $0.outcome == .pass } ? .inconclusive : .pass
  }

  private static func words(_ items: [GateItem]) -> String {
    guard !items.isEmpty else { return "Nothing was judged." }
    let parts = GateItem.Outcome.allCases.compactMap { outcome -> String? in
      let count = items.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome.words)" : nil
    }
    return parts.joined(separator: ", ") + "."
  }
}

/// One thing that was judged.
package struct GateItem: Hashable, Sendable, Codable {
  package var kind: Kind
  /// The target or arm.
  package var target: String
  /// Unique with its kind and target: an objective, the id of a check, a figure.
  package var name: String
  package var outcome: Outcome
  /// One line.
  package var summary: String
  /// The numbers and the reasons, line by line.
  package var details: [String]

  package init(
    _ kind: Kind, target: String, name: String, outcome: Outcome, summary: String,
    details: [String] = []
  ) {
    self.kind = kind
    self.target = target
    self.name = name
    self.outcome = outcome
    self.summary = summary
    self.details = details
  }

  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case objective, conformance, comparison, baseline, instrument
  }

  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case fail, error, inconclusive, warn, skip, pass

    var words: String {
      switch self {
      case .fail: "failed"
      case .error: "could not be measured"
      case .inconclusive: "not decided"
      case .warn: "with a warning"
      case .skip: "left out"
      case .pass: "passed"
      }
    }
  }
}
