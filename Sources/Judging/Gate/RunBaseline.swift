import Core

/// A run against an earlier one, by what the relay added to what the instrument itself shows: each
/// overhead over its own floor, since absolute times of two runs are not comparable.
///
/// One run has no block pairs, so that a difference above the margin may be noise: it is shown and
/// not decided. `compare` decides.
enum RunBaseline {
  /// What a floor is measured of.
  private static let usual = [
    MeasureGate("added.chunk", "p50", absolute: 1e6),
    MeasureGate("added.ttft", "p50", absolute: 1e6),
  ]

  static func compare(
    _ record: RunRecord, _ baseline: RunRecord, _ policy: Policy, _ notes: inout [String]
  ) -> [GateItem] {
    if let reason = Comparability.problem(record, baseline) {
      return [
        GateItem(
          .baseline, target: "baseline", name: "comparable", outcome: .inconclusive,
          summary: "the baseline is not comparable: \(reason)")
      ]
    }
    var items: [GateItem] = []
    for target in record.targets {
      guard let before = baseline.targets.first(where: { same($0, target) }) else {
        items.append(
          GateItem(
            .baseline, target: RunGate.title(target, in: record), name: "comparable",
            outcome: .inconclusive,
            summary: "the baseline has no \(target.name) with scenario \(target.scenario.name), "
              + "dialect \(target.dialect) and \(target.topology.rawValue) topology"))
        continue
      }
      let gates = policy.baseline.isEmpty ? usual : policy.baseline
      items += gates.map {
        item($0, RunGate.title(target, in: record), target, before, &notes)
      }
    }
    return items
  }

  private static func same(_ left: TargetRecord, _ right: TargetRecord) -> Bool {
    left.name == right.name && left.scenario.name == right.scenario.name
      && left.scenario.digest == right.scenario.digest && left.dialect == right.dialect
      && left.topology == right.topology
  }

  private static func item(
    _ gate: MeasureGate, _ title: String, _ target: TargetRecord, _ before: TargetRecord,
    _ notes: inout [String]
  ) -> GateItem {
    guard let now = overhead(gate, target), let then = overhead(gate, before) else {
      return GateItem(
        .baseline, target: title, name: gate.name, outcome: .skip,
        summary: "there is no floor of \(gate.measure) in both runs: the overhead of a run is "
          + "that of a two-sided one over its floor")
    }
    let delta = now - then
    let margin = gate.margin(of: then)
    func words(_ value: Double) -> String { ComparisonWords.words(value, gate.unit) }
    let details = [
      "overhead now \(words(now)), in the baseline \(words(then))",
      "difference \(words(delta)), margin \(words(margin))",
    ]
    if delta < -margin {
      notes.append(
        "\(title): \(gate.name) improved by \(words(-delta)) over the baseline; store this run as "
          + "the new one")
    }
    let isAbove = delta > margin
    return GateItem(
      .baseline, target: title, name: gate.name, outcome: isAbove ? .inconclusive : .pass,
      summary: isAbove
        ? "the overhead rose by \(words(delta)), margin \(words(margin)); one run has no block "
          + "pairs to tell that from noise: let relaymark compare decide"
        : "the overhead changed by \(words(delta)), margin \(words(margin))", details: details)
  }

  private static func overhead(_ gate: MeasureGate, _ target: TargetRecord) -> Double? {
    guard let measure = target.measures[gate.measure], let floor = target.floor?[gate.measure],
      let value = figure(gate.statistic, measure), let below = figure(gate.statistic, floor)
    else { return nil }
    return value - below
  }

  static func figure(_ statistic: String, _ measure: Measure) -> Double? {
    switch statistic {
    case "p50": measure.p50
    case "p90": measure.p90
    case "p95": measure.p95
    case "p99": measure.p99
    case "p99.9": measure.p999
    default: nil
    }
  }
}

/// Whether two records may be compared at all.
enum Comparability {
  static func problem(_ now: RunRecord, _ then: RunRecord) -> String? {
    problem(now.tool, now.machine, now.startedAt, then.tool, then.machine, then.startedAt)
      ?? (then.complete ? nil : "its run was not complete")
      ?? (then.instrument.fit ? nil : "its machine was not fit to measure")
  }

  static func problem(_ now: ComparisonRecord, _ then: ComparisonRecord) -> String? {
    if let problem = problem(
      now.tool, now.machine, now.startedAt, then.tool, then.machine, then.startedAt)
    {
      return problem
    }
    if !then.complete { return "it is not complete" }
    if !then.instrument.fit { return "its machine was not fit to measure" }
    guard now.scenario.name == then.scenario.name, now.scenario.digest == then.scenario.digest
    else {
      return now.scenario.name == then.scenario.name
        ? "scenario \(now.scenario.name) has changed since"
        : "it plays scenario \(then.scenario.name), this \(now.scenario.name)"
    }
    for arm in now.arms {
      guard let before = then.arms.first(where: { $0.name == arm.name }) else { continue }
      guard before.dialect == arm.dialect else {
        return "its dialect of \(arm.name) is \(before.dialect), here it is \(arm.dialect)"
      }
    }
    guard now.arms.first?.topology == then.arms.first?.topology,
      now.arms.first?.name == then.arms.first?.name
    else {
      return "its first arm is \(then.arms.first?.name ?? "none"), here it is "
        + (now.arms.first?.name ?? "none")
    }
    return nil
  }

  private static func problem(
    _ tool: RunRecord.Tool, _ machine: RunRecord.Machine, _ at: String,
    _ otherTool: RunRecord.Tool, _ other: RunRecord.Machine, _ otherAt: String
  ) -> String? {
    if tool.version != otherTool.version {
      return "relaymark \(otherTool.version) measured it, this is \(tool.version)"
    }
    if machine.processor != other.processor || machine.cores != other.cores {
      return "it is of another machine (\(other.processor), \(other.cores) cores)"
    }
    return nil
  }
}
