package import Core
import Wire

/// Makes one verdict of what was recorded for a check.
package enum ConformanceJudge {
  /// - Parameters:
  ///   - passages: one for each stimulus of the check, in their order.
  ///   - own: where a relay translates, what came without it in the client's own format, which shows
  ///     that the check holds there; nil where the formats are one.
  package static func verdict(
    of check: ConformanceCheck, _ passages: [Passage], own: [Passage]? = nil,
    topology: TargetRecord.Topology
  ) -> ConformanceVerdict {
    var verdict = empty(check)
    verdict.stimuli = passages.map(\.stimulus.name)
    if topology != .oneSided {
      let problems =
        passages.compactMap { problem(check, $0, isBridge: own != nil) }
        + (own ?? []).compactMap { problem(check, $0) }
      guard problems.isEmpty else {
        verdict.verdict = .error
        verdict.actual = problems
        return verdict
      }
    }
    let found = findings(check, passages)
    verdict.tried = found.tried
    verdict.bad = found.bad
    settle(&verdict, found, passages)
    return verdict
  }

  /// The verdict of a check that cannot be run.
  package static func skipped(
    _ check: ConformanceCheck, _ reason: SkipReason, _ words: String
  ) -> ConformanceVerdict {
    var verdict = empty(check)
    verdict.skip = reason
    verdict.actual = [words]
    return verdict
  }

  private static func empty(_ check: ConformanceCheck) -> ConformanceVerdict {
    var verdict = ConformanceVerdict(
      id: check.id, slug: check.slug, level: check.level, severity: check.severity, verdict: .skip,
      requirement: check.requirement, source: check.source, expected: check.expected)
    if !FrozenChecks.contains(check.id) { verdict.pending = true }
    return verdict
  }

  // MARK: The run without the relay

  /// Why what came without the relay says nothing of one, or nil.
  private static func problem(
    _ check: ConformanceCheck, _ passage: Passage, isBridge: Bool = false
  ) -> String? {
    guard !passage.direct.isEmpty else {
      return "\(passage.stimulus.name): was not played without the relay"
    }
    guard !passage.seen.isEmpty else { return "\(passage.stimulus.name): was not played" }
    let baseline = passage.baseline
    let problems: [String]
    switch check.baseline {
    case .judged where isBridge: problems = []
    case .judged:
      problems = findings(check, [baseline]).all.filter { $0.finding.outcome == .fail }
        .map(\.finding.words)
    case .shows(let says):
      problems = baseline.seen.compactMap { says($0, baseline) }
    }
    return problems.first.map { "without the relay, \(passage.stimulus.name): \($0)" }
  }

  // MARK: Through the relay

  private struct Found {
    var all: [(finding: Finding, passage: Int, observation: Observation?)] = []
    var tried = 0
    var bad = 0
  }

  private static func findings(_ check: ConformanceCheck, _ passages: [Passage]) -> Found {
    var found = Found()
    let seen = passages.flatMap(\.seen)
    found.tried = seen.count
    switch check.judge {
    case .each(let judge):
      for (index, passage) in passages.enumerated() {
        for observation in passage.seen {
          let findings = endless(observation) ?? judge(observation, passage)
          found.all += findings.map { ($0, index, observation) }
          if findings.contains(where: \.isBad) { found.bad += 1 }
        }
      }
    case .all(let judge):
      let findings = seen.lazy.compactMap(endless).first ?? judge(passages)
      for finding in findings {
        let shown = seen.first { $0.exchange.nonce == finding.nonce } ?? seen.first
        let index = passages.firstIndex { passage in
          passage.seen.contains { $0.exchange.nonce == shown?.exchange.nonce }
        }
        found.all.append((finding, index ?? 0, shown))
      }
      found.bad = findings.contains(where: \.isBad) ? 1 : 0
    }
    return found
  }

  /// What is wrong with an answer that has no end, whatever the check is about: its beginning is
  /// judged by nobody.
  private static func endless(_ observation: Observation) -> [Finding]? {
    guard observation.end == .tooLarge else { return nil }
    return [
      .fail("an answer without end: it was cut behind \(observation.exchange.body.count) bytes")
    ]
  }

  /// The worst decides; what cannot be told decides only where there is nothing else.
  private static func settle(
    _ verdict: inout ConformanceVerdict, _ found: Found, _ passages: [Passage]
  ) {
    let outcomes = Set(found.all.map(\.finding.outcome))
    let skips = found.all.filter { $0.finding.outcome == .skip }
    if outcomes.contains(.fail) {
      verdict.verdict = .fail
      let severities = found.all.filter { $0.finding.outcome == .fail }
        .map { $0.finding.severity ?? verdict.severity }
      verdict.severity = severities.max() ?? verdict.severity
    } else if outcomes.contains(.warn) {
      verdict.verdict = .warn
    } else if !skips.isEmpty, skips.count >= found.tried {
      verdict.verdict = .skip
      verdict.skip = skips.first?.finding.skip
    } else if outcomes.contains(.info) {
      verdict.verdict = .info
    } else {
      verdict.verdict = .pass
    }
    let names = passages.count > 1
    let ranked = found.all.enumerated().sorted {
      ($0.element.finding.rank, $0.offset) < ($1.element.finding.rank, $1.offset)
    }.map(\.element)
    var told: [String: Int] = [:]
    var order: [String] = []
    for (finding, passage, _) in ranked where finding.outcome != .skip || verdict.verdict == .skip {
      let words =
        names ? "\(passages[passage].stimulus.name): \(finding.words)" : finding.words
      if told.updateValue(told[words, default: 0] + 1, forKey: words) == nil { order.append(words) }
    }
    verdict.actual = order.prefix(Limits.evidencePerVerdict * 4).map { words in
      let count = told[words, default: 1]
      return count > 1 ? "\(words) (\(count) times)" : words
    }
    if verdict.verdict == .pass { verdict.actual.append("as expected") }
    guard let worst = ranked.first, worst.finding.isBad, let observation = worst.observation
    else { return }
    let passage = passages[worst.passage]
    verdict.evidence = ConformanceEvidence(
      stimulus: passage.stimulus.name, relayed: WireLog(observation),
      direct: passage.direct.first.map { WireLog($0) })
  }
}

extension Finding {
  var isBad: Bool { outcome == .fail || outcome == .warn }

  /// The worst first.
  fileprivate var rank: Int {
    switch outcome {
    case .fail: severity.map { 2 - (ConformanceSeverity.allCases.firstIndex(of: $0) ?? 0) } ?? 0
    case .error: 3
    case .warn: 4
    case .info: 5
    case .skip: 6
    case .pass: 7
    }
  }
}
