/// What `relaymark compare` writes (`compare.json`, schema in `reports/schema/`): the plan, what each
/// arm showed in each turn, and what was decided of it. All of the decision can be made again from
/// the blocks.
package struct ComparisonRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.compare/1"

  package var schema = ComparisonRecord.schemaID
  package var tool: RunRecord.Tool
  /// RFC 3339, UTC.
  package var startedAt: String
  package var durationNs: Nanoseconds
  /// False when it was interrupted or could not go on; `note` says why.
  package var complete: Bool
  package var note: String
  package var machine: RunRecord.Machine
  package var seed: UInt64
  package var instrument: RunRecord.Instrument
  package var scenario: TargetRecord.ScenarioFacts
  package var plan: ComparisonPlan
  package var arms: [Arm]
  /// In the order in which they were measured.
  package var blocks: [BlockRecord]
  /// One for each arm but the first.
  package var results: [ArmComparison]

  package init(
    tool: RunRecord.Tool, startedAt: String, machine: RunRecord.Machine, seed: UInt64,
    scenario: TargetRecord.ScenarioFacts, plan: ComparisonPlan, arms: [Arm]
  ) {
    self.tool = tool
    self.startedAt = startedAt
    durationNs = .zero
    complete = true
    note = ""
    self.machine = machine
    self.seed = seed
    instrument = RunRecord.Instrument(floor: [:], lateness: [:], fit: true, remarks: [])
    self.scenario = scenario
    self.plan = plan
    self.arms = arms
    blocks = []
    results = []
  }

  package var decision: GateDecision { GateDecision.whole(results.map(\.decision)) }

  /// Pairs in which every arm had its turn, without the one that warms up.
  package var wholePairs: [Int] {
    var turns: [Int: Int] = [:]
    for block in blocks where block.pair > 0 { turns[block.pair, default: 0] += 1 }
    return turns.filter { $0.value == arms.count }.keys.sorted()
  }

  /// One side of the comparison.
  package struct Arm: Hashable, Sendable, Codable {
    package var name: String
    /// The base URL without user information and query; empty for the built-in relay and `direct`.
    package var url: String
    package var topology: TargetRecord.Topology
    package var dialect: String
    /// Faults of this arm alone, with their leg.
    package var faults: [String]
    /// Over all measured turns.
    package var exchanges: TargetRecord.ExchangeCounts
    package var measures: [String: Measure]
    package var remarks: [String]

    package init(
      name: String, url: String, topology: TargetRecord.Topology, dialect: String,
      faults: [String]
    ) {
      self.name = name
      self.url = url
      self.topology = topology
      self.dialect = dialect
      self.faults = faults
      exchanges = TargetRecord.ExchangeCounts(total: 0, warmup: 0, byEnd: [:])
      measures = [:]
      remarks = []
    }
  }
}
