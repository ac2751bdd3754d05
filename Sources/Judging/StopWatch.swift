package import Core
package import Wire

/// Looks at exchanges as they finish and says when a run is to end before its time.
///
/// It counts how many values lie on which side of each bound, which is all that a nearest-rank
/// quantile asks for, so that it costs the same however long the run is.
package struct StopWatch: Sendable {
  fileprivate struct Rule: Sendable {
    var rule: StopRule
    /// Values of the measure: all, below the bound, and up to it.
    var count = 0
    var below = 0
    var upTo = 0
  }

  private var rules: [Rule]
  private let dialect: any Dialect
  private let streamWanted: Bool
  private let leaves: Bool
  private var errors = Expectations.ErrorCount(errors: 0, total: 0)

  /// Nil where nothing is to be watched.
  package init?(_ traffic: Traffic, dialect: any Dialect) {
    guard !traffic.stop.isEmpty else { return nil }
    rules = traffic.stop.map { Rule(rule: $0) }
    self.dialect = dialect
    streamWanted = traffic.stream
    leaves = traffic.leave != nil
  }

  /// - Returns: why the run is to end now, if it is.
  package mutating func add(_ exchange: Exchange) -> String? {
    guard !exchange.warmup else { return nil }
    let observation = Observation(
      exchange: exchange, provider: [], faults: [], dialect: dialect, streamWanted: streamWanted)
    errors.add(observation, leaves: leaves)
    let measures = observation.succeeded ? Measures.of([observation]) : [:]
    for index in rules.indices { rules[index].add(measures) }
    guard let rule = rules.first(where: { errors.total >= $0.rule.after && $0.holds(errors) })
    else { return nil }
    return "\(rule.rule.text), with \(errors.total) streams finished and \(errors.errors) of them "
      + "failed"
  }
}

extension StopWatch.Rule {
  fileprivate var bound: Double {
    switch rule.condition.bound {
    case .time(let time): Double(time.count)
    case .number(let number): number
    }
  }

  fileprivate mutating func add(_ measures: [String: Measure]) {
    for value in measures[rule.condition.measure]?.samples ?? [] {
      count += 1
      if value < bound { below += 1 }
      if value <= bound { upTo += 1 }
    }
  }

  fileprivate func holds(_ errors: Expectations.ErrorCount) -> Bool {
    switch rule.condition.statistic {
    case "rate":
      return errors.total > 0 && compare(Double(errors.errors) / Double(errors.total))
    case "count": return compare(Double(errors.errors))
    case "n": return compare(Double(count))
    case let statistic:
      guard count > 0, let share = Self.shares[statistic] else { return false }
      let rank = max(1, min(count, Int((share * Double(count)).rounded(.up))))
      return switch rule.condition.comparison {
      case .less: below >= rank
      case .lessOrEqual: upTo >= rank
      case .greater: upTo < rank
      case .greaterOrEqual: below < rank
      case .equal: below < rank && rank <= upTo
      }
    }
  }

  private static let shares = [
    "min": 0, "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "max": 1,
  ]

  private func compare(_ value: Double) -> Bool {
    Expectations.compare(value, rule.condition.comparison, bound)
  }
}
