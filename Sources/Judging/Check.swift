package import Core
package import Wire

/// One conformance rule, judged from what a run left behind.
///
/// Adding one is a file under `Checks/` and a line in `Checks.all`.
package protocol Check: Sendable {
  /// A stable path: `fidelity/buffering`.
  var id: String { get }
  /// Rules that no text asks of a relay, but whose breach loses data or money (MUST* in the
  /// catalogue), are `must` here.
  var level: Verdict.Level { get }
  /// What is asked for, in one sentence.
  var requirement: String { get }
  func judge(_ evidence: Evidence) -> Verdict
}

extension Check {
  func verdict(_ outcome: Verdict.Outcome, _ actual: String, evidence: [Int] = []) -> Verdict {
    Verdict(
      id: id, level: level, verdict: outcome, expected: requirement, actual: actual,
      evidence: Array(evidence.prefix(Limits.evidencePerVerdict)))
  }
}

/// The registry of conformance checks.
package enum Checks {
  /// Sorted by id.
  package static let all: [any Check] = [
    CancelBeforeFirstByte(),
    CancelWhileSilent(),
    CancelWhileStreaming(),
    ErrorsStatus(),
    FaultsStall(),
    FaultsTruncation(),
    FidelityBuffering(),
    FidelityContent(),
    FidelityEvents(),
    FidelityTerminator(),
    FidelityUsage(),
    HTTPContentType(),
    HTTPEarlyStatus(),
  ]

  package static func named(_ id: String) -> (any Check)? { all.first { $0.id == id } }
}

/// Everything a check may look at.
package struct Evidence: Sendable {
  package let topology: TargetRecord.Topology
  package let dialect: any Dialect
  package let scenario: Scenario
  /// Measured observations; warm-up is left out.
  package let observations: [Observation]

  package init(
    topology: TargetRecord.Topology, dialect: any Dialect, scenario: Scenario,
    observations: [Observation]
  ) {
    self.topology = topology
    self.dialect = dialect
    self.scenario = scenario
    self.observations = observations.filter { !$0.exchange.warmup }
  }
}
