package import Core

/// What a conformance record comes to, in figures and in one line for people.
package struct ConformanceSummary: Hashable, Sendable {
  package let counts: [ConformanceVerdict.Outcome: Int]
  /// Those that fail, the worst first, then those that warn.
  package let wrong: [ConformanceVerdict]

  package init(_ record: ConformanceRecord) {
    let scored = record.verdicts.filter(\.scores)
    counts = Dictionary(grouping: scored, by: \.verdict).mapValues(\.count)
    pending = record.verdicts.count - scored.count
    wrong = scored.filter { $0.verdict == .fail || $0.verdict == .warn }
      .sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
    name = record.target.name
  }

  /// How many do not score yet.
  package let pending: Int
  private let name: String

  package func count(_ outcome: ConformanceVerdict.Outcome) -> Int { counts[outcome] ?? 0 }

  /// "litellm: 118 pass, 9 warn, 7 fail (2 critical: flt/clean-eof, flt/reset), 3 skip".
  package var line: String {
    var parts: [String] = []
    for outcome in [ConformanceVerdict.Outcome.pass, .warn, .fail, .info, .skip, .error]
    where count(outcome) > 0 || outcome == .pass {
      var part = "\(count(outcome)) \(outcome.rawValue)"
      if outcome == .fail, let words = critical { part += " (\(words))" }
      parts.append(part)
    }
    if pending > 0 { parts.append("\(pending) pending") }
    return "\(name): " + parts.joined(separator: ", ")
  }

  private var critical: String? {
    let worst = wrong.filter { $0.verdict == .fail && $0.severity == .critical }
    guard !worst.isEmpty else { return nil }
    let named = worst.prefix(3).map(\.slug).joined(separator: ", ")
    let more = worst.count > 3 ? " and \(worst.count - 3) more" : ""
    return "\(worst.count) critical: \(named)\(more)"
  }
}
