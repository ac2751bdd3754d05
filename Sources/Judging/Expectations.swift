package import Core

/// Judges a scenario's own `expect` lines.
package enum Expectations {
  /// One result for each line, in order; `inconclusive` where there is no figure to compare.
  package static func judge(
    _ expectations: [Expectation], measures: [String: Measure], errors: ErrorCount
  ) -> [TargetRecord.ExpectationResult] {
    expectations.map { judge($0, measures: measures, errors: errors) }
  }

  /// How many measured exchanges did not end as they should have.
  package struct ErrorCount: Hashable, Sendable {
    package var errors: Int
    package var total: Int

    package init(errors: Int, total: Int) {
      self.errors = errors
      self.total = total
    }

    /// A client that leaves on purpose is no error, and neither is the end of an interrupted run
    /// (which says nothing about the target and is left out altogether).
    package mutating func add(_ observation: Observation, leaves: Bool) {
      guard !observation.exchange.warmup, observation.end != .interrupted else { return }
      total += 1
      if observation.end != .done, !(leaves && observation.end == .cancelled) { errors += 1 }
    }
  }

  private static func judge(
    _ expectation: Expectation, measures: [String: Measure], errors: ErrorCount
  ) -> TargetRecord.ExpectationResult {
    func result(_ outcome: Verdict.Outcome, _ actual: String) -> TargetRecord.ExpectationResult {
      .init(text: expectation.text, outcome: outcome, actual: actual)
    }
    let value: Double
    let unit: String
    if expectation.measure == "errors" {
      guard errors.total > 0 else { return result(.inconclusive, "no exchange was measured") }
      unit = expectation.statistic == "rate" ? "ratio" : "count"
      value =
        expectation.statistic == "rate"
        ? Double(errors.errors) / Double(errors.total) : Double(errors.errors)
    } else {
      guard let measure = measures[expectation.measure] else {
        return result(.inconclusive, "\(expectation.measure) has no samples")
      }
      guard let figure = figure(expectation.statistic, of: measure) else {
        return result(.inconclusive, "there is no statistic \(expectation.statistic)")
      }
      value = figure
      unit = expectation.statistic == "n" ? "count" : measure.unit
    }
    guard let bound = bound(expectation.bound, unit: unit) else {
      return result(.inconclusive, "\(words(value, unit)) cannot be compared with the bound")
    }
    let holds = compare(value, expectation.comparison, bound)
    return result(holds ? .pass : .fail, words(value, unit))
  }

  private static func figure(_ statistic: String, of measure: Measure) -> Double? {
    switch statistic {
    case "p50": measure.p50
    case "p90": measure.p90
    case "p95": measure.p95
    case "p99": measure.p99
    case "p99.9": measure.p999
    case "max": measure.max
    case "min": measure.min
    case "n": Double(measure.n)
    default: nil
    }
  }

  /// Nil when a time is compared with something that is none, or the other way round.
  private static func bound(_ bound: Expectation.Bound, unit: String) -> Double? {
    switch bound {
    case .time(let time): unit == "ns" ? Double(time.count) : nil
    case .number(let number): unit == "ns" ? nil : number
    }
  }

  static func compare(
    _ value: Double, _ comparison: Expectation.Comparison, _ bound: Double
  ) -> Bool {
    switch comparison {
    case .less: value < bound
    case .lessOrEqual: value <= bound
    case .greater: value > bound
    case .greaterOrEqual: value >= bound
    case .equal: value == bound
    }
  }

  private static func words(_ value: Double, _ unit: String) -> String {
    switch unit {
    case "ns": "\(Nanoseconds(Int64(value)))"
    case "count": "\(Int(value))"
    case "per-second": "\(Figures.ratio(value)) per second"
    default: value == 0 || abs(value) >= 0.1 ? Figures.ratio(value) : small(value)
    }
  }

  /// Three digits of a small share.
  private static func small(_ value: Double) -> String {
    var scale = 1_000.0
    while abs(value) * scale < 100, scale < 1e12 { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }
}
