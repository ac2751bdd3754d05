import Core

/// Verdicts of several machines on the same target.
enum VerdictMerge {
  /// Of each check the worst, with what each machine saw that came to it, and evidence of each.
  static func verdicts(_ parts: [TargetMerge.Part]) -> [Verdict] {
    var order: [String] = []
    var given: [String: [(shard: Shard, verdict: Verdict)]] = [:]
    for part in parts {
      for verdict in part.target.verdicts {
        if given[verdict.id] == nil { order.append(verdict.id) }
        given[verdict.id, default: []].append((part.shard, verdict))
      }
    }
    return order.compactMap { given[$0].flatMap(worst) }
  }

  private static func worst(_ given: [(shard: Shard, verdict: Verdict)]) -> Verdict? {
    guard var result = given.max(by: { badness($0.verdict) < badness($1.verdict) })?.verdict else {
      return nil
    }
    let same = given.filter { $0.verdict.verdict == result.verdict }
    if given.count > 1 { result.actual = words(same.map { ($0.shard, $0.verdict.actual) }) }
    result.evidence = Array(
      alternating(same.map(\.verdict.evidence)).prefix(Limits.evidencePerVerdict)
    ).sorted()
    return result
  }

  private static func badness(_ verdict: Verdict) -> Int { badness(verdict.verdict) }

  /// What could not be decided on one machine is not decided, whatever others saw.
  private static func badness(_ outcome: Verdict.Outcome) -> Int {
    switch outcome {
    case .fail: 4
    case .warn: 3
    case .inconclusive: 2
    case .pass: 1
    case .skip: 0
    }
  }

  /// The first of each, then the second of each, so that none is crowded out.
  private static func alternating(_ lists: [[Int]]) -> [Int] {
    let most = lists.map(\.count).max() ?? 0
    return (0..<most).flatMap { place in
      lists.compactMap { place < $0.count ? $0[place] : nil }
    }
  }

  /// Who said what; what all said is said once.
  private static func words(_ said: [(shard: Shard, text: String)]) -> String {
    var order: [String] = []
    var shards: [String: [Shard]] = [:]
    for (shard, text) in said {
      if shards[text] == nil { order.append(text) }
      shards[text, default: []].append(shard)
    }
    if order.count == 1 {
      return said.count == 1 ? "shard \(said[0].shard): \(order[0])" : order[0]
    }
    let shown = order.prefix(Limits.evidencePerVerdict).map { text in
      "shard \((shards[text] ?? []).map(\.description).joined(separator: ", ")): \(text)"
    }
    let more = order.count - shown.count
    return shown.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }

  /// Judged anew on what was added up; what needs one clock is as bad as on the worst machine.
  static func expectations(
    _ parts: [TargetMerge.Part], measures: [String: Measure], errors: Expectations.ErrorCount
  ) -> [TargetRecord.ExpectationResult] {
    let lines = parts.map(\.target.expectations)
    guard let longest = lines.max(by: { $0.count < $1.count }) else { return [] }
    return longest.indices.map { index in
      let text = longest[index].text
      if let expectation = try? Expectation(literal: text),
        !Measure.needsOneClock(expectation.measure)
      {
        return Expectations.judge([expectation], measures: measures, errors: errors)[0]
      }
      let given = parts.compactMap { part in
        part.target.expectations.first { $0.text == text }.map { (part.shard, $0) }
      }
      var worst = given.max { badness($0.1.outcome) < badness($1.1.outcome) }?.1 ?? longest[index]
      let same = given.filter { $0.1.outcome == worst.outcome }
      worst.actual = words(same.map { ($0.0, $0.1.actual) })
      return worst
    }
  }
}
