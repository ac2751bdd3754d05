/// What must hold before a change may pass: margins of differences, absolute objectives, and which
/// verdicts count. Written as JSON5 (README, "In CI").
package struct Policy: Hashable, Sendable {
  /// The chance of a wrong alarm of one comparison.
  package var alpha: Double
  /// Margins of the differences between arms; empty for the usual ones.
  package var compare: [MeasureGate]
  /// Margins of the differences between overheads, now and in a baseline.
  package var baseline: [MeasureGate]
  package var objectives: [Expectation]
  /// What a failed check of each level means: `fail`, `warn` or `ignore`.
  package var conformance: [Verdict.Level: Weight]
  /// Checks that may fail, with the reason.
  package var accepted: [String: String]

  package enum Weight: String, Hashable, Sendable, CaseIterable {
    case fail, warn, ignore
  }

  package init() {
    alpha = ComparisonPlan.usualAlpha
    compare = []
    baseline = []
    objectives = []
    conformance = [.must: .fail, .should: .warn, .may: .ignore]
    accepted = [:]
  }
}
