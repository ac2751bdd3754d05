/// The outcome of one check on one target.
package struct Verdict: Hashable, Sendable, Codable {
  /// A stable path: `fidelity/buffering`.
  package var id: String
  package var level: Level
  package var verdict: Outcome
  /// What the check asks for, in words.
  package var expected: String
  /// What was seen, in words and figures; for a skip or an inconclusive one the reason.
  package var actual: String
  /// The exchanges that show it (at most `Limits.evidencePerVerdict`), by ordinal.
  package var evidence: [Int]

  package init(
    id: String, level: Level, verdict: Outcome, expected: String, actual: String,
    evidence: [Int] = []
  ) {
    self.id = id
    self.level = level
    self.verdict = verdict
    self.expected = expected
    self.actual = actual
    self.evidence = evidence
  }

  package enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    case must, should, may
  }

  package enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    case pass, fail, warn, skip, inconclusive
  }
}
