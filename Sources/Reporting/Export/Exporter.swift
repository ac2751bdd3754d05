package import Core

/// One form that other programs read: a pure function from what was judged and measured to text.
///
/// A new form is one file in `Exporters/` and one line in `Exporters.all`.
package protocol Exporter: Sendable {
  /// What it is called on the command line: `junit`, `tap`.
  var name: String { get }
  /// The file it is written to inside an output directory.
  var fileName: String { get }
  func export(_ export: Export) -> String
}

/// Every form for other programs, sorted by name.
package enum Exporters {
  package static let all: [any Exporter] = [
    AnnotationsExporter(),
    BadgeExporter(),
    CommentExporter(),
    CSVExporter(),
    GateExporter(),
    JUnitExporter(),
    OpenMetricsExporter(),
    OTLPExporter(),
    StepSummaryExporter(),
    TAPExporter(),
  ]

  /// The exporter of that name, or nil.
  package static func named(_ name: String) -> (any Exporter)? { all.first { $0.name == name } }
}

/// What exporters are given: the judgement, and the figures behind it.
package struct Export: Sendable {
  package var gate: GateRecord
  package var subjects: [Subject]
  /// Empty for a run.
  package var differences: [ArmComparison]

  package init(_ gate: GateRecord, _ record: RunRecord) {
    self.gate = gate
    subjects = record.targets.map { target in
      Subject(
        name: target.name, scenario: target.scenario.name, topology: target.topology,
        dialect: target.dialect, exchanges: target.exchanges, measures: target.measures,
        blocks: [(0, target.measures)])
    }
    differences = []
  }

  package init(_ gate: GateRecord, _ record: ComparisonRecord) {
    self.gate = gate
    subjects = record.arms.map { arm in
      Subject(
        name: arm.name, scenario: record.scenario.name, topology: arm.topology,
        dialect: arm.dialect, exchanges: arm.exchanges, measures: arm.measures,
        blocks: record.blocks.filter { $0.arm == arm.name && $0.pair > 0 }
          .map { ($0.pair, $0.measures) })
    }
    differences = record.results
  }

  /// Of what has no figures.
  package init(_ gate: GateRecord) {
    self.gate = gate
    subjects = []
    differences = []
  }

  /// A target or an arm.
  package struct Subject: Sendable {
    package var name: String
    package var scenario: String
    package var topology: TargetRecord.Topology
    package var dialect: String
    package var exchanges: TargetRecord.ExchangeCounts
    package var measures: [String: Measure]
    /// What was measured in each block pair; in a run one block, 0.
    package var blocks: [(pair: Int, measures: [String: Measure])]
  }

  /// What is wrong first, otherwise in the order of the judgement.
  var sorted: [GateItem] {
    Self.sorted(gate)
  }
}

extension GateItem.Outcome {
  /// A sign and a word, so that colour is never the only difference.
  var label: String {
    switch self {
    case .pass: "✓ pass"
    case .fail: "✗ fail"
    case .warn: "! warn"
    case .skip: "– skip"
    case .inconclusive: "? inconclusive"
    case .error: "✗ error"
    }
  }
}

extension GateDecision {
  var label: String {
    switch self {
    case .pass: "Passed"
    case .fail: "Failed"
    case .inconclusive: "Inconclusive"
    }
  }
}
