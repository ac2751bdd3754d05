package import Core
import Stats

/// Holds a run record to a policy.
package enum RunGate {
  /// - Parameter baseline: an earlier run, of which only overheads are compared.
  package static func judge(
    _ record: RunRecord, policy: Policy, baseline: RunRecord? = nil
  ) -> GateRecord {
    var items = instrument(record.complete, record.note, record.instrument)
    for target in record.targets {
      let name = title(target, in: record)
      items += Expectations.judge(
        policy.objectives, measures: target.measures, errors: errors(target.exchanges)
      ).map { objective($0, name, "policy") }
      items += target.expectations.map { objective($0, name, "scenario") }
      items += target.verdicts.compactMap { conformance($0, name, policy) }
    }
    var notes: [String] = []
    if let baseline { items += RunBaseline.compare(record, baseline, policy, &notes) }
    return GateRecord(
      tool: record.tool, source: record.schema, startedAt: record.startedAt,
      durationNs: record.durationNs, items: items, notes: notes)
  }

  static func title(_ target: TargetRecord, in record: RunRecord) -> String {
    let several = Set(record.targets.map(\.scenario.name)).count > 1
    return several ? "\(target.name), \(target.scenario.name)" : target.name
  }

  /// A harness that could not measure is no fault of the target.
  static func instrument(
    _ complete: Bool, _ note: String, _ instrument: RunRecord.Instrument
  ) -> [GateItem] {
    var items: [GateItem] = []
    if !complete {
      items.append(
        GateItem(
          .instrument, target: "harness", name: "complete", outcome: .error,
          summary: "the run is not complete: \(note)"))
    }
    if !instrument.fit {
      items.append(
        GateItem(
          .instrument, target: "harness", name: "fit", outcome: .error,
          summary: "this machine was not fit to measure", details: instrument.remarks))
    }
    return items
  }

  static func errors(_ counts: TargetRecord.ExchangeCounts) -> Expectations.ErrorCount {
    func count(_ end: EndCondition) -> Int { counts.byEnd[end.rawValue] ?? 0 }
    let total = counts.total - count(.interrupted)
    return Expectations.ErrorCount(errors: total - counts.done - count(.cancelled), total: total)
  }

  static func objective(
    _ result: TargetRecord.ExpectationResult, _ target: String, _ origin: String
  ) -> GateItem {
    GateItem(
      .objective, target: target, name: result.text, outcome: outcome(result.outcome),
      summary: "\(result.text): \(result.actual)",
      details: ["expected \(result.text) (\(origin))", "measured \(result.actual)"])
  }

  private static func conformance(
    _ verdict: Verdict, _ target: String, _ policy: Policy
  ) -> GateItem? {
    let weight = policy.conformance[verdict.level] ?? .ignore
    guard weight != .ignore else { return nil }
    var item = GateItem(
      .conformance, target: target, name: verdict.id, outcome: outcome(verdict.verdict),
      summary: verdict.verdict == .skip || verdict.verdict == .inconclusive
        ? verdict.actual : "expected \(verdict.expected); \(verdict.actual)",
      details: [
        "level \(verdict.level.rawValue)", "expected \(verdict.expected)",
        "seen \(verdict.actual)",
      ])
    if let reason = policy.accepted[verdict.id], verdict.verdict == .fail {
      item.outcome = .skip
      item.summary = "accepted by the policy: \(reason)"
    } else if weight == .warn, [.fail, .inconclusive].contains(verdict.verdict) {
      item.outcome = verdict.verdict == .fail ? .warn : .skip
    }
    return item
  }

  static func outcome(_ outcome: Verdict.Outcome) -> GateItem.Outcome {
    switch outcome {
    case .pass: .pass
    case .fail: .fail
    case .warn: .warn
    case .skip: .skip
    case .inconclusive: .inconclusive
    }
  }
}
