/// Reads a policy file, in the same JSON5 and with the same errors as a scenario: all of them in one
/// go, each with its line and column.
package enum PolicyReader {
  package static let keys = [
    "$schema", "alpha", "compare", "baseline", "objectives", "conformance",
  ]
  package static let conformanceKeys = ["must", "should", "may", "accept"]
  /// What two arms can be compared in.
  package static let compared = figures(MeasureGate.statistics)
  /// What stands in a run record, and so in a baseline.
  package static let kept = figures(["p50", "p90", "p95", "p99", "p99.9"])
  package static let alphas = 0.001...0.2

  private static func figures(_ statistics: [String]) -> [String] {
    MeasureNames.all.map(\.name).filter { !$0.hasPrefix("lateness") }
      .flatMap { measure in statistics.map { "\(measure).\($0)" } } + ["errors.rate"]
  }

  /// - Parameters:
  ///   - path: only stands in the messages.
  ///   - checks: the ids of all checks.
  package static func read(
    _ bytes: [UInt8], path: String, checks: [String]
  ) throws(ScenarioErrors) -> Policy {
    let (root, problems) = JSON5Parser.parse(bytes)
    var reader = ScenarioReader(
      problems: problems, isWhole: problems.isEmpty, dialects: nil, specs: [],
      problem: { _ in nil }, stepProblem: { _, _ in nil }, eventProblem: { _ in nil }, files: nil,
      recordings: nil)
    let policy = root.flatMap { reader.policy($0, checks) }
    guard reader.problems.isEmpty, let policy else { throw reader.problems.errors(path: path) }
    return policy
  }
}

extension ScenarioReader {
  fileprivate mutating func policy(_ root: JSON5Value, _ checks: [String]) -> Policy? {
    guard let fields = fields(of: root, "a policy", keys: PolicyReader.keys) else { return nil }
    var policy = Policy()
    if let schema = fields["$schema"] { _ = string(schema) }
    if let alpha = fields["alpha"] { policy.alpha = self.alpha(alpha) ?? policy.alpha }
    if let compare = fields["compare"] {
      policy.compare = gates(compare, of: PolicyReader.compared)
    }
    if let baseline = fields["baseline"] {
      policy.baseline = gates(baseline, of: PolicyReader.kept)
    }
    if let objectives = fields["objectives"] {
      policy.objectives = literals(in: objectives, like: "ttft.p99 < 500ms") {
        (scalars) throws(LiteralError) in try Expectation(scalars: scalars)
      }.map(\.value)
    }
    if let conformance = fields["conformance"] { self.conformance(conformance, checks, &policy) }
    return policy
  }

  private mutating func alpha(_ member: JSON5Member) -> Double? {
    guard case .number(let number) = member.value.kind, number.value.isFinite else {
      wrongType(member.value, "`alpha`", "a number such as 0.05")
      return nil
    }
    let range = PolicyReader.alphas
    guard range.contains(number.value) else {
      problems.add(
        "`alpha` must be \(range.lowerBound) to \(range.upperBound), found \(quoted(number.text))",
        at: member.value.position)
      return nil
    }
    return number.value
  }

  private mutating func gates(_ member: JSON5Member, of names: [String]) -> [MeasureGate] {
    guard case .object(let members) = member.value.kind else {
      wrongType(member.value, quoted(member.key), "an object such as { \"ttft.p50\": \"10%\" }")
      return []
    }
    var gates: [MeasureGate] = []
    for entry in members {
      guard names.contains(entry.key) else {
        let hint = Suggestion.phrase(for: entry.key, in: names)
        problems.add(
          "unknown figure \(quoted(entry.key))"
            + (hint.isEmpty ? "; a figure is a measure and a statistic, as in `ttft.p95`" : hint),
          at: entry.position)
        continue
      }
      let dot = entry.key.hasSuffix(".p99.9") ? entry.key.utf8.count - 6 : nil
      let cut =
        dot.map { entry.key.index(entry.key.startIndex, offsetBy: $0) }
        ?? entry.key.lastIndex(of: ".") ?? entry.key.endIndex
      var gate = MeasureGate(
        String(entry.key[..<cut]), String(entry.key[cut...].dropFirst()), absolute: 0,
        isAsked: true)
      let isTime = gate.unit == "ns"
      let margin = literal(entry.value, quoted(entry.key), like: isTime ? "10% or 1ms" : "1%") {
        (scalars) throws(LiteralError) in
        try LiteralScanner.whole(scalars) { (scanner) throws(LiteralError) in
          try scanner.margin(isTime: isTime, isShare: gate.measure == MeasureNames.errors)
        }
      }
      guard let margin else { continue }
      (gate.absolute, gate.relative) = margin
      gates.append(gate)
    }
    return gates
  }

  private mutating func conformance(
    _ member: JSON5Member, _ checks: [String], _ policy: inout Policy
  ) {
    let keys = PolicyReader.conformanceKeys
    guard let fields = fields(of: member.value, "`conformance`", keys: keys) else { return }
    for level in Verdict.Level.allCases {
      guard let entry = fields[level.rawValue] else { continue }
      if let weight = choice(entry, of: Policy.Weight.self) { policy.conformance[level] = weight }
    }
    guard let accept = fields["accept"],
      let entries = self.fields(of: accept.value, "`accept`", keys: checks)
    else { return }
    for id in checks {
      guard let entry = entries[id] else { continue }
      if let reason = filledText(entry) { policy.accepted[id] = reason }
    }
  }
}

extension LiteralScanner {
  /// `10%`, `1ms`, or `10% or 1ms`: the larger of both. Of a share of failures a percentage is
  /// absolute; of a rate it is relative.
  fileprivate mutating func margin(
    isTime: Bool, isShare: Bool
  ) throws(LiteralError) -> (absolute: Double, relative: Double) {
    var (absolute, relative) = (0.0, 0.0)
    while true {
      skipSpaces()
      let start = index
      if let (digits, decimals) = decimal(), take("%") {
        let whole = String(digits.dropLast(decimals))
        guard let number = Double("\(whole.isEmpty ? "0" : whole).\(digits.suffix(decimals))0"),
          number <= 1_000
        else { throw error("a margin is at most 1000%", at: start) }
        if isShare { absolute = number / 100 } else { relative = number / 100 }
      } else {
        index = start
        guard isTime else { throw error("expected a margin such as `1%`, found \(upcoming)") }
        absolute = Double(try duration().count)
      }
      skipSpaces()
      if next == nil { break }
      let place = index
      guard word() == "or" else { throw error("expected the end or `or`", at: place) }
    }
    guard absolute > 0 || relative > 0 else {
      throw error(
        "a margin must be above zero: nothing is ever measured to be exactly equal", at: 0)
    }
    return (absolute, relative)
  }
}
