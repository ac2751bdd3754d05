import Core

/// What one scenario showed on one target, from several machines.
enum TargetMerge {
  struct Part {
    var shard: Shard
    var target: TargetRecord
  }

  /// - Parameters:
  ///   - parts: not empty, in the order of shards, all of the same scenario and target.
  ///   - machines: how many there are in all, of which some may not have got so far.
  static func merge(_ parts: [Part], of machines: Int) -> TargetRecord {
    let targets = parts.map(\.target)
    let first = targets[0]
    var scenario = first.scenario
    scenario.streams = targets.reduce(0) { $0 + $1.scenario.streams }
    scenario.concurrency = targets.reduce(0) { $0 + $1.scenario.concurrency }
    scenario.concurrencyPerMachine = targets.map(\.scenario.concurrency).max()
    // Made anew: what nothing here adds up must not be that of one machine.
    var merged = TargetRecord(
      name: first.name, url: first.url, topology: first.topology, dialect: first.dialect,
      scenario: scenario)
    merged.exchanges = exchanges(targets)
    merged.measures = MeasureMerge.merge(targets.map(\.measures))
    merged.floor = MeasureMerge.floors(targets.compactMap(\.floor))
    merged.verdicts = VerdictMerge.verdicts(parts)
    merged.expectations = VerdictMerge.expectations(
      parts, measures: merged.measures, errors: errors(merged.exchanges))
    merged.turns = turns(targets.compactMap(\.turns))
    merged.tokens = targets.contains { $0.tokens != nil } ? sums(targets.compactMap(\.tokens)) : nil
    merged.pace = pace(targets.compactMap(\.pace))
    merged.usage = usage(targets.compactMap(\.usage))
    merged.cost = cost(targets.compactMap(\.cost))
    merged.goodput = goodput(targets.compactMap(\.goodput))
    merged.faults = Array(targets.flatMap(\.faults).prefix(Limits.recordedFaults))
    merged.streams = streams(targets)
    merged.probes = sums(targets.map(\.probes))
    merged.remarks = remarks(parts, of: machines)
    let struck = targets.reduce(0) { $0 + $1.faults.count }
    if struck > merged.faults.count {
      merged.remarks.append("\(struck - merged.faults.count) more faults struck than stand here")
    }
    return merged
  }

  private static func exchanges(_ targets: [TargetRecord]) -> TargetRecord.ExchangeCounts {
    var sum = TargetRecord.ExchangeCounts(
      total: targets.reduce(0) { $0 + $1.exchanges.total },
      warmup: targets.reduce(0) { $0 + $1.exchanges.warmup },
      byEnd: sums(targets.map(\.exchanges.byEnd)))
    let reused = targets.compactMap(\.exchanges.reused)
    if !reused.isEmpty { sum.reused = reused.reduce(0, +) }
    return sum
  }

  /// A client that left did so on purpose, and what was interrupted says nothing of the target.
  private static func errors(_ exchanges: TargetRecord.ExchangeCounts) -> Expectations.ErrorCount {
    func count(_ end: EndCondition) -> Int { exchanges.byEnd[end.rawValue] ?? 0 }
    let total = exchanges.total - count(.interrupted)
    return Expectations.ErrorCount(
      errors: total - exchanges.done - count(.cancelled), total: total)
  }

  private static func usage(_ parts: [TargetRecord.UsageFacts]) -> TargetRecord.UsageFacts? {
    guard var sum = parts.first else { return nil }
    for part in parts.dropFirst() {
      sum.reported += part.reported
      sum.prompt = sum.prompt.addingSaturated(part.prompt)
      sum.completion = sum.completion.addingSaturated(part.completion)
    }
    return sum
  }

  /// As in one run: in the order in which they were planned, as many as a record holds.
  private static func cost(_ parts: [CostRecord]) -> CostRecord? {
    guard !parts.isEmpty else { return nil }
    let all = parts.flatMap(\.bills).sorted { $0.ordinal < $1.ordinal }
    let kept = Array(all.prefix(Limits.recordedBills))
    let omitted = parts.reduce(all.count - kept.count) { $0.addingSaturated($1.omitted) }
    let direct = parts.flatMap { $0.direct ?? [] }.sorted { $0.ordinal < $1.ordinal }
    return CostRecord(
      bills: kept, omitted: omitted,
      direct: direct.isEmpty ? nil : Array(direct.prefix(Limits.recordedBills)))
  }

  /// Machines that run at the same time send and serve their rates together.
  private static func pace(_ parts: [TargetRecord.Pace]) -> TargetRecord.Pace? {
    guard var sum = parts.first else { return nil }
    for part in parts.dropFirst() {
      sum.sentPerSecond += part.sentPerSecond
      sum.donePerSecond += part.donePerSecond
    }
    return sum
  }

  private static func turns(_ parts: [[TurnRecord]]) -> [TurnRecord]? {
    guard !parts.isEmpty else { return nil }
    return Dictionary(grouping: parts.joined(), by: \.turn).sorted { $0.key < $1.key }.map {
      turn, records in
      let sums = MeasureMerge.merge(
        records.map { record in
          var measures: [String: Measure] = [:]
          (measures["ttft"], measures["e2e"]) = (record.ttft, record.e2e)
          return measures
        })
      return TurnRecord(
        turn: turn, total: records.reduce(0) { $0 + $1.total },
        done: records.reduce(0) { $0 + $1.done }, ttft: sums["ttft"], e2e: sums["e2e"])
    }
  }

  /// Machines that run at the same time serve their rates together.
  private static func goodput(_ parts: [TargetRecord.Goodput]) -> TargetRecord.Goodput? {
    guard var sum = parts.first else { return nil }
    for part in parts.dropFirst() {
      sum.met += part.met
      sum.total += part.total
      sum.perSecond += part.perSecond
    }
    return sum
  }

  /// As in one run: failures before successes, each in the order they were planned.
  private static func streams(_ targets: [TargetRecord]) -> [StreamRecord] {
    let all = targets.flatMap(\.streams).sorted { $0.ordinal < $1.ordinal }
    let kept =
      all.filter { $0.end != .done && $0.end != .cancelled }
      + all.filter { $0.end == .done || $0.end == .cancelled }
    return kept.prefix(Limits.recordedStreams).sorted { $0.ordinal < $1.ordinal }
  }

  private static func sums(_ parts: [[String: Int]]) -> [String: Int] {
    parts.reduce(into: [:]) { sum, part in
      for (name, count) in part { sum[name, default: 0] += count }
    }
  }

  /// Once if all say it, else with the shard that does.
  private static func remarks(_ parts: [Part], of machines: Int) -> [String] {
    var order: [String] = []
    var shards: [String: [Shard]] = [:]
    for part in parts {
      for remark in part.target.remarks {
        if shards[remark] == nil { order.append(remark) }
        shards[remark, default: []].append(part.shard)
      }
    }
    return order.map { remark in
      let said = shards[remark] ?? []
      guard said.count < machines else { return remark }
      return "shard \(said.map(\.description).joined(separator: ", ")): \(remark)"
    }
  }
}
