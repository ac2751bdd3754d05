/// One line of `expect`, in the form that k6 made known: `ttft.p99 < 200ms`, `errors.rate < 0.01`.
package struct Expectation: Hashable, Sendable {
  /// The measure without its statistic: `ttft`, `added.chunk`, `errors`.
  package var measure: String
  /// `p50`, `p90`, `p95`, `p99`, `p99.9`, `max`, `n`; for `errors`: `rate`, `count`.
  package var statistic: String
  package var comparison: Comparison
  package var bound: Bound
  /// The words it was written in.
  package var text: String

  package init(
    measure: String, statistic: String, comparison: Comparison, bound: Bound, text: String
  ) {
    self.measure = measure
    self.statistic = statistic
    self.comparison = comparison
    self.bound = bound
    self.text = text
  }

  package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
  }

  package enum Bound: Hashable, Sendable {
    case time(Nanoseconds)
    case number(Double)
  }
}
