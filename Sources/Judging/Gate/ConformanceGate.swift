package import Core

/// A conformance record as a gate sees it: by the weight that the policy gives to the level of a
/// check, and what the harness could not show is an error.
package enum ConformanceGate {
  package static func judge(_ record: ConformanceRecord, policy: Policy) -> GateRecord {
    var items = record.verdicts.compactMap { item($0, record.target.name, policy) }
    if !record.complete {
      items.insert(
        GateItem(
          .instrument, target: record.target.name, name: "complete", outcome: .error,
          summary: "the suite was not completed: \(record.note)"), at: 0)
    }
    return GateRecord(
      tool: record.tool, source: record.schema, startedAt: record.startedAt,
      durationNs: record.durationNs, items: items)
  }

  private static func item(
    _ verdict: ConformanceVerdict, _ target: String, _ policy: Policy
  ) -> GateItem? {
    let weight = policy.conformance[level(verdict)] ?? .ignore
    guard weight != .ignore, verdict.scores else { return nil }
    let seen = verdict.actual.first.map { ": \($0)" } ?? ""
    var item = GateItem(
      .conformance, target: target, name: "\(verdict.id) \(verdict.slug)",
      outcome: outcome(verdict),
      summary: "\(verdict.level.rawValue), \(verdict.severity.rawValue)\(seen)",
      details: [verdict.requirement, "expected: " + verdict.expected.joined(separator: "; or ")]
        + verdict.actual.map { "seen: \($0)" } + ["source: \(verdict.source)"])
    let reason = policy.accepted[verdict.id] ?? policy.accepted[verdict.slug]
    if let reason, verdict.verdict == .fail {
      item.outcome = .skip
      item.summary = "accepted by the policy: \(reason)"
    } else if weight == .warn, verdict.verdict == .fail {
      item.outcome = .warn
    }
    return item
  }

  private static func level(_ verdict: ConformanceVerdict) -> Verdict.Level {
    switch verdict.level {
    case .must, .mustByPolicy: .must
    case .should: .should
    case .may: .may
    }
  }

  private static func outcome(_ verdict: ConformanceVerdict) -> GateItem.Outcome {
    switch verdict.verdict {
    case .pass, .info: .pass
    case .warn: .warn
    case .fail: .fail
    case .skip: .skip
    case .error: .error
    }
  }
}
