package import Core
import Foundation
import Judging
package import Platform

/// Measures the arms of a comparison in turns, and has the differences judged.
///
/// Each pair is a turn of every arm, in an order drawn for it, with the same arrivals and prompts. The
/// pair before the first is not counted: connections, caches and just-in-time compilers are cold.
package final class CompareCampaign {
  private let options: CompareOptions
  private let interrupts: Interrupts
  private weak var observer: (any CompareObserver)?
  private var campaigns: [Campaign]
  private var record: ComparisonRecord
  private let begun = SystemClock().now()

  package init(
    options: CompareOptions, interrupts: Interrupts, observer: (any CompareObserver)?
  ) throws {
    self.options = options
    self.interrupts = interrupts
    self.observer = observer
    campaigns = options.arms.map { arm in
      Campaign(options: Self.campaign(arm, options), interrupts: interrupts, observer: nil)
    }
    let arms = try zip(options.arms, campaigns).map { arm, campaign in
      let target = try campaign.emptyRecord(of: arm.words(options.scenario))
      return ComparisonRecord.Arm(
        name: arm.name, url: target.url, topology: target.topology, dialect: target.dialect,
        faults: arm.faults.map { "leg \($0.leg.rawValue): \($0.text)" })
    }
    record = ComparisonRecord(
      tool: RunRecord.Tool(version: options.version, curl: CurlVersion.text),
      startedAt: Date().formatted(.iso8601), machine: MachineFacts.read(), seed: options.seed,
      scenario: try campaigns[0].emptyRecord(of: Self.block(options, pair: 1)).scenario,
      plan: options.plan, arms: arms)
    if Set(arms.map(\.dialect)).count > 1 {
      for index in arms.indices {
        record.arms[index].remarks.append("is asked in the dialect \(arms[index].dialect)")
      }
    }
  }

  package private(set) var wasInterrupted = false

  private static func campaign(
    _ arm: CompareOptions.Arm, _ options: CompareOptions
  ) -> CampaignOptions {
    var campaign = CampaignOptions(
      scenarios: [arm.words(options.scenario)], target: arm.target, seed: options.seed,
      version: options.version)
    campaign.provider = arm.provider
    campaign.key = arm.key
    campaign.certificateAuthorities = arm.certificateAuthorities
    campaign.verifiesPeer = arm.verifiesPeer
    // The arms are each other's floor.
    campaign.floorShare = 0
    campaign.twins = 0
    campaign.givesUp = false
    campaign.proxied = Set(options.arms.flatMap(\.faults).map(\.leg))
    return campaign
  }

  /// What every arm is sent in a pair.
  private static func block(_ options: CompareOptions, pair: Int) -> Scenario {
    var scenario = options.scenario
    scenario.expect = []
    scenario.goodput = []
    scenario.traffic.streams = options.plan.streams
    scenario.traffic.warmup = max(1, scenario.traffic.warmup)
    scenario.traffic.seed = ComparisonPlan.seed(
      pair: pair, of: options.scenario.traffic.seed ?? options.seed)
    return scenario
  }

  /// Measures and judges. What was measured before a failure is in the record, which then says that
  /// it is not complete and why.
  package func run() -> ComparisonRecord {
    for campaign in campaigns { campaign.prepare() }
    let meter = ProcessorMeter()
    var lateness = Lateness()
    do {
      try measure(pair: 0)
      try checkWarmUp()
      for campaign in campaigns { campaign.forgetLateness() }
      var looks = options.plan.looks[...]
      for pair in 1...options.plan.pairs where !wasInterrupted {
        try measure(pair: pair)
        guard !wasInterrupted, let look = looks.first, look.pairs == pair else { continue }
        looks.removeFirst()
        judge(alpha: look.alpha)
        if record.decision != .inconclusive, !looks.isEmpty {
          record.note = "decided at the look after \(pair) of \(options.plan.pairs) pairs"
          break
        }
      }
    } catch {
      record.complete = false
      record.note = (error as? CampaignError)?.message ?? "\(error)"
    }
    if wasInterrupted {
      record.complete = false
      record.note = "interrupted by the user"
    }
    if !record.complete {
      // What there is is shown, but a look that nobody had planned decides nothing.
      judge(alpha: options.plan.alpha)
      for index in record.results.indices { record.results[index].decision = .inconclusive }
    }
    for campaign in campaigns { lateness += campaign.lateness }
    finish(lateness, meter.read())
    return record
  }

  // MARK: Measuring

  private func measure(pair: Int) throws {
    let scenario = Self.block(options, pair: pair)
    var failed: [String: Int] = [:]
    let order = ComparisonPlan.order(pair: pair, arms: options.arms.count, seed: options.seed)
    for (position, arm) in order.enumerated() {
      var scenario = options.arms[arm].words(scenario)
      scenario.faults += options.arms[arm].faults
      let started = SystemClock().now()
      let target = try campaigns[arm].measure(scenario).0
      wasInterrupted = campaigns[arm].wasInterrupted
      guard !wasInterrupted else { return }
      record.blocks.append(
        BlockRecord(
          pair: pair, position: position, arm: options.arms[arm].name, startedNs: started - begun,
          durationNs: SystemClock().now() - started, exchanges: target.exchanges,
          measures: ComparisonFigures.block(target.measures, gates: options.plan.gates)))
      for remark in target.remarks where !record.arms[arm].remarks.contains(remark) {
        record.arms[arm].remarks.append(remark)
      }
      failed[options.arms[arm].name] = target.exchanges.total - target.exchanges.done
    }
    observer?.pairEnds(pair, of: options.plan.pairs, failed: failed)
  }

  /// An arm that nobody answers at is a mistake in the command line, not a finding.
  private func checkWarmUp() throws {
    for (arm, block) in record.blocks.enumerated() where block.exchanges.done == 0 {
      guard !wasInterrupted else { return }
      let ends = ComparisonFigures.ends(block.exchanges)
      throw CampaignError(
        "arm \(record.blocks[arm].arm): no stream of the pair that warms up ended well (\(ends)); "
          + "is the relay running, and does it forward to the arm's provider?")
    }
  }

  // MARK: Judging

  private func judge(alpha: Double) {
    record.results = ComparisonFigures.judge(record, alpha: alpha)
  }

  private func finish(_ lateness: Lateness, _ use: ProcessorUse) {
    record.durationNs = SystemClock().now() - begun
    ComparisonFigures.sumUp(&record)
    var fitness = Fitness()
    let reads = record.arms.allSatisfy { $0.topology == .direct }
    fitness.judge(
      lateness.conditions(
        figures: record.arms[0].measures, readsOwn: reads, use: use))
    record.instrument = RunRecord.Instrument(
      floor: [:], lateness: lateness.measures, fit: fitness.isFit, remarks: fitness.reasons)
  }
}
