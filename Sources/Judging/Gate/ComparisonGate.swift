package import Core
import Stats

/// Holds a comparison to a policy: the same blocks, judged by its margins.
package enum ComparisonGate {
  /// - Parameter baseline: an earlier comparison with the same first arm, such as `direct`; what is
  ///   compared is by how much each arm exceeded it, then and now.
  package static func judge(
    _ record: ComparisonRecord, policy: Policy, baseline: ComparisonRecord? = nil
  ) -> GateRecord {
    var items = RunGate.instrument(record.complete, record.note, record.instrument)
    var results = record.results
    if !policy.compare.isEmpty, policy.compare != record.plan.gates {
      var own = record
      own.plan.gates = policy.compare
      results = ComparisonFigures.judge(own, alpha: policy.alpha)
    }
    for result in results { items += result.measures.map { item($0, result) } }
    for arm in record.arms.dropFirst() {
      items += Expectations.judge(
        policy.objectives, measures: arm.measures, errors: RunGate.errors(arm.exchanges)
      ).map { RunGate.objective($0, arm.name, "policy") }
    }
    var notes = improvements(results)
    if let baseline { items += differences(record, baseline, policy, &notes) }
    return GateRecord(
      tool: record.tool, source: record.schema, startedAt: record.startedAt,
      durationNs: record.durationNs, items: items, notes: notes)
  }

  private static func item(
    _ figure: ArmComparison.Figure, _ result: ArmComparison
  ) -> GateItem {
    let outcome: GateItem.Outcome =
      switch figure.state {
      case .pass: .pass
      case .fail: .fail
      case .inconclusive: .inconclusive
      case .refused, .missing: .skip
      }
    var details: [String] = []
    func words(_ value: Double?) -> String { ComparisonWords.words(value, figure.unit) }
    if figure.a != nil {
      details = [
        "\(result.against) \(words(figure.a)), \(result.arm) \(words(figure.b))",
        "difference \(words(figure.delta)), interval \(ComparisonWords.interval(figure))",
        "\(result.pairs) pairs, \(figure.streams) streams",
      ]
    }
    if let warning = figure.warning { details.append(warning) }
    details.append(figure.reason)
    return GateItem(
      .comparison, target: result.arm, name: "\(figure.name) against \(result.against)",
      outcome: outcome,
      summary: figure.a == nil
        ? figure.reason
        : "\(words(figure.delta)) (\(ComparisonWords.interval(figure))): \(figure.reason)",
      details: details)
  }

  /// What lies below the margin on the other side is no noise either.
  private static func improvements(_ results: [ArmComparison]) -> [String] {
    results.flatMap { result in
      result.measures.compactMap { figure in
        guard let high = figure.high, let margin = figure.margin, high < -margin else { return nil }
        return "\(result.arm): \(figure.name) is better than \(result.against) by "
          + "\(ComparisonWords.words(figure.delta.map(-), figure.unit)), more than the margin"
      }
    }
  }

  // MARK: Differences of differences

  private static func differences(
    _ record: ComparisonRecord, _ baseline: ComparisonRecord, _ policy: Policy,
    _ notes: inout [String]
  ) -> [GateItem] {
    if let reason = Comparability.problem(record, baseline) {
      return [
        GateItem(
          .baseline, target: "baseline", name: "comparable", outcome: .inconclusive,
          summary: "the baseline is not comparable: \(reason)")
      ]
    }
    let gates = policy.baseline.isEmpty ? record.plan.gates : policy.baseline
    let (now, then) = (judged(record, gates), judged(baseline, gates))
    var rows: [(item: GateItem, level: Double?, margin: Double)] = []
    for result in now {
      guard let before = then.first(where: { $0.arm == result.arm }) else {
        rows.append(
          (
            GateItem(
              .baseline, target: result.arm, name: "comparable", outcome: .inconclusive,
              summary: "the baseline has no arm \(result.arm)"), nil, 0
          ))
        continue
      }
      for gate in gates where gate.measure != MeasureNames.errors {
        rows.append(difference(gate, result, before, policy.alpha, &notes))
      }
    }
    return correct(rows, policy.alpha)
  }

  private static func judged(
    _ record: ComparisonRecord, _ gates: [MeasureGate]
  ) -> [ArmComparison] {
    var own = record
    own.plan.gates = gates
    return ComparisonFigures.judge(own, alpha: record.plan.alpha)
  }

  private static func difference(
    _ gate: MeasureGate, _ now: ArmComparison, _ then: ArmComparison, _ alpha: Double,
    _ notes: inout [String]
  ) -> (item: GateItem, level: Double?, margin: Double) {
    var item = GateItem(
      .baseline, target: now.arm, name: "overhead of \(gate.name)", outcome: .skip,
      summary: "one of both comparisons has no such figure")
    guard let left = now.measures.first(where: { $0.name == gate.name }),
      let right = then.measures.first(where: { $0.name == gate.name }),
      let first = right.delta, let second = left.delta, first.isFinite, second.isFinite,
      let error = left.standardError, let otherError = right.standardError
    else { return (item, nil, 0) }
    // Both jobs are independent of one another; the smaller one gives the degrees of freedom.
    let change = PairedDifference(
      a: first, b: second, pairs: min(now.pairs, then.pairs),
      standardError: (error * error + otherError * otherError).squareRoot())
    let margin = gate.margin(of: right.a.map { $0 + first } ?? first)
    func words(_ value: Double?) -> String { ComparisonWords.words(value, gate.unit) }
    guard let (low, high) = change.bounds(alpha: alpha) else { return (item, nil, 0) }
    let interval = "\(words(low)) … \(words(high)), margin \(words(margin))"
    item.details = [
      "over \(now.against): now \(words(second)), in the baseline \(words(first))",
      "change \(words(change.delta)), interval \(interval)",
      "baseline of \(then.pairs) pairs, now \(now.pairs)",
    ]
    item.outcome = high < margin ? .pass : .inconclusive
    item.summary = "\(words(change.delta)) (\(interval))"
    if high < -margin {
      notes.append(
        "\(now.arm): the overhead of \(gate.name) improved by \(words(-change.delta)) over the "
          + "baseline; store this comparison as the new one")
    }
    return (item, low > margin ? change.level(above: margin) : 1, margin)
  }

  private static func correct(
    _ rows: [(item: GateItem, level: Double?, margin: Double)], _ alpha: Double
  ) -> [GateItem] {
    let tested = rows.indices.filter { rows[$0].level != nil }
    let adjusted = Holm.adjusted(tested.map { rows[$0].level ?? 1 })
    var items = rows.map(\.item)
    for (place, index) in tested.enumerated() where adjusted[place] <= alpha {
      items[index].outcome = .fail
    }
    return items
  }
}
