package import Core
import Stats

/// How many pairs each figure needs, from a short comparison of an arm with itself.
package struct PlanEstimate: Hashable, Sendable {
  package var rows: [Row]
  /// Of one pair, in the pilot.
  package var pairTime: Nanoseconds
  package var pilot: Int

  package struct Row: Hashable, Sendable {
    package var name: String
    package var unit: String
    package var value: Double?
    /// What the difference scattered by, with the pairs of the pilot.
    package var standardError: Double?
    package var margin: Double?
    /// With these a true difference of twice the margin is found nine times in ten; nil if not even
    /// the most pairs would, or nothing is known.
    package var pairs: Int?
    package var reason: String
  }

  package static let power = 0.9

  /// The pairs that are enough for all figures that could be planned.
  package var pairs: Int? { rows.compactMap(\.pairs).max() }

  package init?(_ record: ComparisonRecord) {
    guard let result = record.results.first else { return nil }
    pilot = result.pairs
    let measured = record.blocks.filter { $0.pair > 0 }
    let all = measured.reduce(Nanoseconds.zero) { $0 + $1.durationNs }
    pairTime = Nanoseconds(all.count / Int64(max(1, result.pairs)))
    // All figures will be tested together: Holm's first step is what the largest must pass.
    let alpha = min(record.plan.alpha, 2 * record.plan.alpha / Double(record.plan.gates.count))
    rows = zip(record.plan.gates, result.measures).map { gate, figure in
      Self.row(gate, figure, record.plan, pilot: result.pairs, alpha: alpha)
    }
  }

  private static func row(
    _ gate: MeasureGate, _ figure: ArmComparison.Figure, _ plan: ComparisonPlan, pilot: Int,
    alpha: Double
  ) -> Row {
    var row = Row(
      name: figure.name, unit: figure.unit, value: figure.a, standardError: figure.standardError,
      margin: figure.margin, pairs: nil, reason: figure.a == nil ? figure.reason : "")
    let fewest = gate.fewestStreams.map { ($0 + plan.streams - 1) / plan.streams } ?? 0
    let least = max(ComparisonPlan.fewestPairs, fewest)
    guard let margin = figure.margin, let a = figure.a else {
      if fewest > pilot { row.reason += "; at least \(fewest) pairs before anything is known" }
      return row
    }
    let found: Int?
    if gate.measure == MeasureNames.errors {
      let seen = max(a, 0.5 / Double(max(1, figure.streams)))
      found = SampleSize.exchanges(
        share: seen, margin: margin, alpha: alpha, power: power,
        most: Limits.decidingPairs * plan.streams
      ).map { ($0 + plan.streams - 1) / plan.streams }
    } else {
      guard let error = figure.standardError, error.isFinite else { return row }
      found = SampleSize.pairs(
        standardError: error, of: pilot, margin: margin, alpha: alpha, power: power,
        most: Limits.decidingPairs)
    }
    row.pairs = found.map { max(least, $0) }
    if found == nil {
      row.reason = "not even \(Limits.decidingPairs) pairs: more streams a turn, or a wider margin"
    }
    return row
  }
}
