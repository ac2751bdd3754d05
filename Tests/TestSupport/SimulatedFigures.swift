package import Core
import Judging

/// What the decision code made of many simulated jobs.
package struct SimulatedFigures: Sendable, Codable {
  package var jobs = 0
  /// Jobs that failed as a whole, and that passed.
  package var failed = 0
  package var passed = 0
  /// By figure: failed, and those whose interval holds the true difference.
  package var failedBy: [String: Int] = [:]
  package var covered: [String: Int] = [:]
  package var decided: [String: Int] = [:]

  package init() {}

  /// - Parameter truth: what B truly adds, by measure.
  package static func of(
    _ job: SimulatedJob, gates: [MeasureGate] = MeasureGate.usual,
    draws: Int = ComparisonPlan.usualDraws, jobs: Range<Int>, seed: UInt64, truth: [String: Double]
  ) -> SimulatedFigures {
    var figures = SimulatedFigures()
    for number in jobs {
      let own = SplitMix64.derived(seed, UInt64(number))
      let judge = ComparisonJudge(
        gates: gates, alpha: ComparisonPlan.usualAlpha, seed: own, draws: draws)
      let result = judge.judge(job.run(seed: own), arm: "b", against: "a", withShifts: false)
      figures.add(result, truth)
    }
    return figures
  }

  private mutating func add(_ result: ArmComparison, _ truth: [String: Double]) {
    jobs += 1
    if result.decision == .fail { failed += 1 }
    if result.decision == .pass { passed += 1 }
    for figure in result.measures {
      if figure.state == .fail { failedBy[figure.name, default: 0] += 1 }
      if figure.state.decision != nil { decided[figure.name, default: 0] += 1 }
      guard let low = figure.low, let high = figure.high else { continue }
      let known = truth[figure.measure] ?? 0
      if low <= known, known <= high { covered[figure.name, default: 0] += 1 }
    }
  }

  package static func + (left: SimulatedFigures, right: SimulatedFigures) -> SimulatedFigures {
    var sum = left
    sum.jobs += right.jobs
    sum.failed += right.failed
    sum.passed += right.passed
    sum.failedBy.merge(right.failedBy, uniquingKeysWith: +)
    sum.covered.merge(right.covered, uniquingKeysWith: +)
    sum.decided.merge(right.decided, uniquingKeysWith: +)
    return sum
  }

  package func coverage(_ name: String) -> Double { Double(covered[name] ?? 0) / Double(jobs) }
  package func power(_ name: String) -> Double { Double(failedBy[name] ?? 0) / Double(jobs) }
}

extension SplitMix64 {
  fileprivate static func derived(_ seed: UInt64, _ number: UInt64) -> UInt64 {
    var random = SplitMix64(seed: seed, rule: 9_000, ordinal: number)
    return random.next()
  }
}
