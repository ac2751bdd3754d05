package import Core

/// The summary of a conformance record for a terminal of 80 columns: one line, then what is wrong,
/// the worst first.
package struct ConformanceTerminal: Sendable {
  package var color: Bool

  package init(color: Bool = false) { self.color = color }

  package func render(_ record: ConformanceRecord) -> String {
    var page = TerminalWriter(color: color)
    let summary = ConformanceSummary(record)
    if !record.complete { page.sentence("INCOMPLETE: \(record.note)") }
    guard !record.verdicts.isEmpty else { return page.text }
    page.sentence(summary.line)
    let pairs = record.target.pairs.map { pair in
      pair.face == pair.upstream ? pair.face : "\(pair.face) over \(pair.upstream)"
    }
    let many = record.repetitions > 1 ? ", \(record.repetitions) repetitions" : ""
    page.sentence(
      "\(record.target.topology.rawValue), \(pairs.joined(separator: ", ")), "
        + "\(record.durationNs)\(many)")
    page.blank()
    for verdict in summary.wrong { page.conformance(verdict) }
    for verdict in record.verdicts where verdict.verdict == .error { page.conformance(verdict) }
    skips(record, &page)
    return page.text
  }

  private func skips(_ record: ConformanceRecord, _ page: inout TerminalWriter) {
    let skipped = record.verdicts.filter { $0.verdict == .skip }
    for reason in SkipReason.allCases {
      let ids = skipped.filter { $0.skip == reason }.map(\.id)
      guard !ids.isEmpty else { continue }
      page.sentence("skipped, \(reason.rawValue): \(ids.joined(separator: ", "))")
    }
  }
}
