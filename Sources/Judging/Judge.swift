package import Core
import Stats
package import Wire

/// Puts together what one scenario showed on one target.
package enum Judge {
  package static func target(
    name: String, url: String, topology: TargetRecord.Topology, dialect: any Dialect,
    scenario: Scenario, observations: [Observation], probes: [String: Int], remarks: [String]
  ) -> TargetRecord {
    var record = empty(
      name: name, url: url, topology: topology, dialect: dialect, scenario: scenario)
    let measured = observations.filter { !$0.exchange.warmup }.sorted { $0.ordinal < $1.ordinal }
    record.exchanges = counts(measured, warmup: observations.count - measured.count)
    record.measures = Measures.of(measured)
    let evidence = Evidence(
      topology: topology, dialect: dialect, scenario: scenario, observations: measured)
    record.verdicts = Checks.all.map { $0.judge(evidence) }
    let leaves = scenario.traffic.leave != nil
    record.expectations = Expectations.judge(
      scenario.expect, measures: record.measures,
      errors: Expectations.ErrorCount(measured, leaves: leaves))
    record.usage = usage(measured)
    record.goodput = Goodput.of(measured, objectives: scenario.goodput)
    record.faults = measured.flatMap(\.faults).sorted { $0.at < $1.at }
    record.streams = chosen(measured, leaves: leaves).map(stream)
    record.probes = probes
    record.remarks = remarks
    return record
  }

  /// What is known of exchanges of which only the client's side is left: figures, and no verdicts.
  /// - Parameter empty: says what was played, without figures.
  package static func partial(_ empty: TargetRecord, _ observations: [Observation]) -> TargetRecord
  {
    var record = empty
    let measured = observations.filter { !$0.exchange.warmup }.sorted { $0.ordinal < $1.ordinal }
    record.exchanges = counts(measured, warmup: observations.count - measured.count)
    record.measures = Measures.of(measured)
    record.usage = usage(measured)
    record.streams = chosen(measured, leaves: false).map(stream)
    return record
  }

  /// What a scenario on a target is called, before anything is known of it.
  package static func empty(
    name: String, url: String, topology: TargetRecord.Topology, dialect: any Dialect,
    scenario: Scenario
  ) -> TargetRecord {
    TargetRecord(
      name: name, url: url, topology: topology, dialect: dialect.name, scenario: facts(scenario))
  }

  /// Whether a run passed: no MUST check and no expectation failed.
  package static func passed(_ record: RunRecord) -> Bool {
    record.targets.allSatisfy { target in
      !target.verdicts.contains { $0.level == .must && $0.verdict == .fail }
        && !target.expectations.contains { $0.outcome == .fail }
    }
  }

  private static func facts(_ scenario: Scenario) -> TargetRecord.ScenarioFacts {
    .init(
      name: scenario.name, about: scenario.about, streams: scenario.traffic.planned,
      concurrency: scenario.traffic.concurrency, arrivals: scenario.traffic.arrivals.literal,
      faults: scenario.faults.map { "leg \($0.leg.rawValue): \($0.text)" })
  }

  private static func counts(_ measured: [Observation], warmup: Int)
    -> TargetRecord.ExchangeCounts
  {
    var byEnd: [String: Int] = [:]
    for observation in measured { byEnd[observation.end.rawValue, default: 0] += 1 }
    return .init(total: measured.count, warmup: warmup, byEnd: byEnd)
  }

  /// Nil when no successful exchange reported usage. Of several reports the last one counts.
  private static func usage(_ measured: [Observation]) -> TargetRecord.UsageFacts? {
    let reports = measured.filter(\.succeeded).compactMap { $0.usages.last }
    guard !reports.isEmpty else { return nil }
    var facts = TargetRecord.UsageFacts(reported: reports.count, prompt: 0, completion: 0)
    for report in reports {
      facts.prompt = facts.prompt.addingSaturated(report.prompt)
      facts.completion = facts.completion.addingSaturated(report.completion)
    }
    return facts
  }

  /// Failures before successes, each in the order they were planned; then all in that order.
  private static func chosen(_ measured: [Observation], leaves: Bool) -> [Observation] {
    let failures = measured.filter { !$0.succeeded && !(leaves && $0.end == .cancelled) }
    let others = measured.filter { $0.succeeded || (leaves && $0.end == .cancelled) }
    return (failures + others).prefix(Limits.recordedStreams).sorted { $0.ordinal < $1.ordinal }
  }

  private static func stream(_ observation: Observation) -> StreamRecord {
    let sent = observation.sent
    var writes: [Nanoseconds] = []
    for mark in observation.provider.flatMap(\.writes) {
      if case .token = mark.kind { writes.append(mark.instant - sent) }
    }
    let arrivals = observation.output.map { $0.arrival - sent }
    return StreamRecord(
      ordinal: observation.ordinal, nonce: observation.exchange.nonce, end: observation.end,
      status: observation.exchange.status, detail: observation.exchange.detail,
      ttft: observation.output.first.map { $0.arrival - sent },
      e2e: observation.exchange.ended - sent,
      writes: Thinning.evenly(writes, keeping: Limits.recordedSamples),
      arrivals: Thinning.evenly(arrivals, keeping: Limits.recordedSamples))
  }
}

extension Int {
  /// A sum of numbers that a peer sent must not trap.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
