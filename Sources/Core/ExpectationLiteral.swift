/// The measures an expectation may name, and what their figures are.
package enum MeasureNames {
  package enum Unit: Hashable, Sendable {
    case time
    /// A share or ratio.
    case ratio
    /// Tokens per second.
    case perSecond
  }

  /// Every measure with quantiles, in the order of the README's table.
  package static let all: [(name: String, unit: Unit)] = [
    ("ttfb", .time), ("ttft", .time), ("ttft.adjusted", .time), ("ttfr", .time),
    ("ttft.any", .time), ("ttft.response", .time), ("gap", .time), ("gap.read", .time),
    ("added.chunk", .time),
    ("added.ttft", .time),
    ("stall", .time), ("stall.excess", .time), ("coalesced", .ratio), ("spread", .ratio),
    ("tpot", .time), ("e2e", .time),
    ("rate", .perSecond), ("lateness.send", .time), ("lateness.write", .time),
  ]
  package static let statistics = ["n", "min", "p50", "p90", "p95", "p99", "p99.9", "max"]
  /// `errors.rate` is the share of measured exchanges that did not succeed, `errors.count` their
  /// number.
  package static let errors = "errors"
  package static let errorStatistics = ["rate", "count"]

  /// The statistics of a measure, or nil for a name that is none.
  package static func statistics(of measure: String) -> [String]? {
    if measure == errors { return errorStatistics }
    return all.contains { $0.name == measure } ? statistics : nil
  }

  /// `ttft.p99` and so on: everything that may stand left of a comparison.
  static var combinations: [String] {
    (all.map(\.name) + [errors]).flatMap { measure in
      (statistics(of: measure) ?? []).map { "\(measure).\($0)" }
    }
  }
}

extension Expectation {
  /// Reads one line of `expect`: `ttft.p99 < 200ms`, `errors.rate < 0.01`, `spread.p50 > 0.9`.
  package init(literal text: String) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars))
  }

  init(scalars: [Unicode.Scalar]) throws(LiteralError) {
    try self.init(scalars, isOfOneStream: false)
  }

  /// Reads what one stream is to reach: `ttft < 200ms`, `gap.p99 < 50ms`. Without a statistic the
  /// largest value of the stream is meant, which for most measures is its only one.
  init(objective scalars: [Unicode.Scalar]) throws(LiteralError) {
    try self.init(scalars, isOfOneStream: true)
    if measure == MeasureNames.errors {
      throw LiteralError(offset: 0, message: "a stream that fails is not good in any case")
    }
  }

  private init(_ scalars: [Unicode.Scalar], isOfOneStream: Bool) throws(LiteralError) {
    self = try LiteralScanner.whole(scalars) { (scanner) throws(LiteralError) in
      try scanner.expectation(trimmed(scalars), isOfOneStream: isOfOneStream)
    }
  }
}

extension LiteralScanner {
  /// - Parameter text: the words it is written in.
  mutating func expectation(
    _ text: String, isOfOneStream: Bool = false
  ) throws(LiteralError) -> Expectation {
    let (measure, statistic) = try self.measure(orLargest: isOfOneStream)
    let comparison = try self.comparison()
    skipSpaces()
    let bound = try self.bound(of: measure, statistic)
    return Expectation(
      measure: measure, statistic: statistic, comparison: comparison, bound: bound, text: text)
  }

  /// `added.chunk.p99.9`: the longest measure that fits, then its statistic.
  fileprivate mutating func measure(orLargest: Bool) throws(LiteralError)
    -> (measure: String, statistic: String)
  {
    let start = index
    let name = word()
    guard !name.isEmpty else {
      throw error("expected a measure such as `ttft.p99`, found \(upcoming)")
    }
    let known = (MeasureNames.all.map(\.name) + [MeasureNames.errors])
      .filter { name == $0 || name.hasPrefix($0 + ".") }
      .max { $0.utf8.count < $1.utf8.count }
    guard let known, let statistics = MeasureNames.statistics(of: known) else {
      let hint = Suggestion.phrase(for: name, in: MeasureNames.combinations)
      let names = MeasureNames.all.map(\.name) + [MeasureNames.errors]
      throw error(
        "unknown measure \(quoted(name))"
          + (hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint), at: start)
    }
    let statistic = String(name.dropFirst(known.count + 1))
    if statistics.contains(statistic) { return (known, statistic) }
    if orLargest, statistic.isEmpty, statistics.contains("max") { return (known, "max") }
    let choice = statistics.joined(separator: ", ")
    guard !statistic.isEmpty else {
      throw error("\(quoted(known)) needs one of .\(choice)", at: start + name.utf8.count)
    }
    // `ttft.responce.p99` is a mistyped measure rather than a statistic of `ttft`.
    if statistic.contains("."),
      let near = Suggestion.nearest(to: name, in: MeasureNames.combinations)
    {
      throw error("unknown measure \(quoted(name)); did you mean `\(near)`?", at: start)
    }
    throw error(
      "\(quoted(known)) has no \(quoted(statistic)); it has \(choice)",
      at: start + known.utf8.count + 1)
  }

  fileprivate mutating func comparison() throws(LiteralError) -> Expectation.Comparison {
    skipSpaces()
    let start = index
    let text = skip { $0 == "<" || $0 == ">" || $0 == "=" || $0 == "!" }
    if let comparison = Expectation.Comparison(rawValue: text) { return comparison }
    index = start
    let found = text.isEmpty ? upcoming : quoted(text)
    throw error("expected <, <=, >, >= or ==, found \(found)")
  }

  fileprivate mutating func bound(
    of measure: String, _ statistic: String
  ) throws(LiteralError) -> Expectation.Bound {
    let start = index
    let unit = MeasureNames.all.first { $0.name == measure }?.unit
    let full = "`\(measure).\(statistic)`"
    if unit == .time && statistic != "n" {
      if let (digits, _) = decimal(), next.map(Self.isLetter) != true,
        digits.contains(where: { $0 != "0" })
      {
        throw error("\(full) is compared with a duration such as `200ms`", at: start)
      }
      index = start
      return .time(try duration())
    }
    guard let (digits, decimals) = decimal() else {
      throw error("expected a number, found \(upcoming)")
    }
    guard next.map({ Self.isLetter($0) || $0 == "%" }) != true else {
      throw error("\(full) is compared with a number without a unit", at: start)
    }
    let whole = String(digits.dropLast(decimals))
    guard let number = Double("\(whole.isEmpty ? "0" : whole).\(digits.suffix(decimals))0") else {
      throw error("expected a number, found \(quoted(digits))", at: start)
    }
    let isShare = measure == "coalesced" || (measure == MeasureNames.errors && statistic == "rate")
    if isShare && statistic != "n" && number > 1 {
      throw error("\(full) lies between 0 and 1", at: start)
    }
    return .number(number)
  }
}
