package import Core
import Stats
package import Wire

/// Puts together what one scenario showed on one target, exchange by exchange.
///
/// Figures are added up as exchanges come. Checks want to compare exchanges, so these are kept for
/// them, in blocks: a block that has grown to `Limits.judgedBytes` is judged and let go, so that a
/// run may be as long as one likes. The worst verdict of all blocks stands.
package struct Judge {
  private var record: TargetRecord
  private let dialect: any Dialect
  /// Nil where only figures are wanted.
  private let scenario: Scenario?
  private let leaves: Bool
  private let mostBytes: Int
  private var samples = Measures.Samples()
  private var errors = Expectations.ErrorCount(errors: 0, total: 0)
  private var goodput: GoodputCount
  private var usage: TargetRecord.UsageFacts?
  private var failures: [Observation] = []
  private var others: [Observation] = []
  private var block: [Observation] = []
  private var blockBytes = 0
  private var verdicts = BlockVerdicts()
  private var faultsLeftOut = 0
  private var turns: TurnCounts?
  private var pace = PaceCount()
  private var bills: BillBook
  /// Measured exchanges whose numbers are below this are kept.
  private let keeping: Int
  /// Those, for whoever compares something with them.
  package private(set) var first: [Observation] = []

  /// - Parameters:
  ///   - empty: says what is played on what, without figures.
  ///   - scenario: nil for figures without verdicts.
  ///   - mostBytes: what is kept of exchanges before they are judged.
  ///   - keeping: measured exchanges whose numbers are below this stay in `first`.
  package init(
    _ empty: TargetRecord, dialect: any Dialect, scenario: Scenario?,
    mostBytes: Int = Limits.judgedBytes, keeping: Int = 0
  ) {
    record = empty
    self.dialect = dialect
    self.scenario = scenario
    self.mostBytes = mostBytes
    self.keeping = keeping
    bills = BillBook(
      model: scenario?.traffic.model ?? "", most: scenario == nil ? 0 : Limits.recordedBills)
    leaves = scenario?.traffic.leave != nil
    goodput = GoodputCount(scenario?.goodput ?? [])
    let count = scenario?.traffic.prompt.turns.count ?? 1
    turns = count > 1 ? TurnCounts(count) : nil
  }

  /// - Parameter words: of the messages of its request, if that is known.
  package mutating func add(_ observation: Observation, words: Int? = nil) {
    bills.add(observation, words: words)
    guard !observation.exchange.warmup else {
      record.exchanges.warmup += 1
      return
    }
    if observation.ordinal < keeping { first.append(observation) }
    record.exchanges.total += 1
    record.exchanges.byEnd[observation.end.rawValue, default: 0] += 1
    record.exchanges.reused = (record.exchanges.reused ?? 0) + (observation.exchange.reused ? 1 : 0)
    turns?.add(observation)
    pace.add(observation)
    samples.add(observation)
    errors.add(observation, leaves: leaves)
    goodput.add(observation)
    addUsage(observation)
    addFaults(observation)
    choose(observation)
    guard scenario != nil else { return }
    block.append(observation)
    blockBytes += observation.bytes
    if blockBytes >= mostBytes { judgeBlock() }
  }

  /// The record, when everything has been added.
  package mutating func finish() -> TargetRecord {
    record.measures = samples.measures()
    if let scenario {
      if !block.isEmpty || verdicts.isEmpty { judgeBlock() }
      record.verdicts = verdicts.worst
      record.expectations = Expectations.judge(
        scenario.expect, measures: record.measures, errors: errors)
    }
    record.usage = usage
    record.cost = bills.record
    record.tokens = samples.tokenSources.isEmpty ? nil : samples.tokenSources
    record.turns = turns?.records
    record.pace = pace.result
    record.goodput = goodput.result
    record.faults.sort { $0.at < $1.at }
    let chosen = (failures + others).prefix(Limits.recordedStreams)
    record.streams = chosen.sorted { $0.ordinal < $1.ordinal }.map(Self.stream)
    if faultsLeftOut > 0 {
      record.remarks.append("\(faultsLeftOut) more faults struck than stand in the record")
    }
    return record
  }

  private mutating func judgeBlock() {
    guard let scenario else { return }
    let evidence = Evidence(
      topology: record.topology, dialect: dialect, scenario: scenario,
      observations: block.sorted { $0.ordinal < $1.ordinal })
    verdicts.add(Checks.all.map { $0.judge(evidence) }, streams: block.count)
    block = []
    blockBytes = 0
  }

  /// Failures before successes, each in the order they were planned: the first few of both.
  private mutating func choose(_ observation: Observation) {
    let isOther = observation.succeeded || (leaves && observation.end == .cancelled)
    if isOther { Self.insert(observation, &others) } else { Self.insert(observation, &failures) }
  }

  private static func insert(_ observation: Observation, _ kept: inout [Observation]) {
    if kept.count == Limits.recordedStreams {
      guard observation.ordinal < kept[kept.count - 1].ordinal else { return }
      kept.removeLast()
    }
    let place = kept.firstIndex { $0.ordinal > observation.ordinal } ?? kept.count
    kept.insert(observation, at: place)
  }

  /// Nil when no successful exchange reported usage. Of several reports the last one counts.
  private mutating func addUsage(_ observation: Observation) {
    guard observation.succeeded, let report = observation.usages.last else { return }
    var facts = usage ?? TargetRecord.UsageFacts(reported: 0, prompt: 0, completion: 0)
    facts.reported += 1
    facts.prompt = facts.prompt.addingSaturated(report.prompt)
    facts.completion = facts.completion.addingSaturated(report.completion)
    usage = facts
  }

  private mutating func addFaults(_ observation: Observation) {
    let room = Limits.recordedFaults - record.faults.count
    record.faults += observation.faults.prefix(room)
    faultsLeftOut += max(0, observation.faults.count - room)
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
    var facts = TargetRecord.ScenarioFacts(
      name: scenario.name, about: scenario.about, streams: scenario.traffic.planned,
      concurrency: scenario.traffic.ownConcurrency, arrivals: scenario.traffic.arrivals.literal,
      faults: scenario.faults.map { "leg \($0.leg.rawValue): \($0.text)" },
      digest: ScenarioDigest.of(scenario),
      connections: (scenario.traffic.leave == nil ? scenario.traffic.connections : .fresh).rawValue)
    if scenario.traffic.purpose != .delay { facts.purpose = scenario.traffic.purpose.rawValue }
    return facts
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
      writes: Thinning.evenly(writes, keeping: Limits.recordedMarks),
      arrivals: Thinning.evenly(arrivals, keeping: Limits.recordedMarks))
  }
}

extension Int {
  /// A sum of numbers that a peer sent must not trap.
  func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
