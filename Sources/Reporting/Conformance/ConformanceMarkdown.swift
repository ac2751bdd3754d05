package import Core

/// The verdicts of a conformance run in GitHub Markdown: what is wrong first, the worst on top.
package enum ConformanceMarkdown {
  package static func render(_ record: ConformanceRecord) -> String {
    let summary = ConformanceSummary(record)
    var text = "# \(Escaping.markdown(summary.line))\n\n"
    if !record.complete { text += "**Incomplete: \(Escaping.markdown(record.note))**\n\n" }
    text += "\(Escaping.markdown(ConformanceSummary.setting(record)))\n\n"
    text += "| group | pass | warn | fail | info | skip | error |\n|---|--:|--:|--:|--:|--:|--:|\n"
    for group in ConformanceSummary.groups(record) {
      let counts = ConformanceVerdict.Outcome.inColumns.map { "\(group.count($0))" }
      text += "| \(group.name) | \(counts.joined(separator: " | ")) |\n"
    }
    text += "\n"
    for verdict in summary.wrong { text += section(verdict) }
    for verdict in record.verdicts where verdict.verdict == .error { text += section(verdict) }
    text += "## All checks\n\n| check | level | verdict | seen |\n|---|---|---|---|\n"
    for verdict in record.verdicts {
      let seen = verdict.actual.first.map { Escaping.markdown($0) } ?? ""
      text += "| \(verdict.id) \(Escaping.markdownCode(verdict.slug)) | \(verdict.level.words) "
      text += "| \(ConformanceSummary.word(verdict)) | \(seen) |\n"
    }
    text += "\n---\n\nrelaymark \(Escaping.markdown(record.tool.version)), "
    return text + "\(Escaping.markdown(record.startedAt)). The wire logs are in conformance.html.\n"
  }

  private static func section(_ verdict: ConformanceVerdict) -> String {
    var text = "## \(verdict.id) \(Escaping.markdownCode(verdict.slug)): "
    text += "\(ConformanceSummary.word(verdict))\n\n"
    text += "\(Escaping.markdown(verdict.requirement)) (\(verdict.level.words); "
    text += "\(Escaping.markdown(verdict.source)))\n\n"
    text += "- **played**: \(Escaping.markdown(verdict.stimuli.joined(separator: "; ")))\n"
    text += "- **expected**: \(Escaping.markdown(verdict.expected.joined(separator: "; or ")))\n"
    for words in verdict.actual { text += "- **seen**: \(Escaping.markdown(words))\n" }
    if verdict.tried > 1 {
      text += "- in \(verdict.bad) of \(Figure.counted(verdict.tried, "exchange"))\n"
    }
    return text + "\n"
  }
}

extension ConformanceVerdict.Outcome {
  /// In the order in which figures stand in tables.
  static let inColumns: [Self] = [.pass, .warn, .fail, .info, .skip, .error]
}

extension ConformanceLevel {
  /// For people: what the star means needs a word.
  var words: String { self == .mustByPolicy ? "MUST*" : rawValue.uppercased() }
}

extension ConformanceSummary {
  /// One group of checks, counted.
  struct Group: Hashable {
    var name: String
    var verdicts: [ConformanceVerdict]
    func count(_ outcome: ConformanceVerdict.Outcome) -> Int {
      verdicts.count { $0.verdict == outcome }
    }
  }

  /// In the order of the record.
  static func groups(_ record: ConformanceRecord) -> [Group] {
    var groups: [Group] = []
    for verdict in record.verdicts {
      let name = String(verdict.id.prefix { $0 != "-" })
      if groups.last?.name != name { groups.append(Group(name: name, verdicts: [])) }
      groups[groups.count - 1].verdicts.append(verdict)
    }
    return groups
  }

  /// How the relay stood: "two-sided, openai-chat, 12 s".
  static func setting(_ record: ConformanceRecord) -> String {
    let pairs = record.target.pairs.map { pair in
      pair.face == pair.upstream ? pair.face : "\(pair.face) over \(pair.upstream)"
    }
    let many = record.repetitions > 1 ? ", \(record.repetitions) repetitions" : ""
    return "\(record.target.topology.rawValue), \(pairs.joined(separator: ", ")), "
      + "\(record.durationNs)\(many)"
  }

  /// "fail (critical)", "skip (opt-in)", "pass".
  static func word(_ verdict: ConformanceVerdict) -> String {
    switch verdict.verdict {
    case .fail: "fail (\(verdict.severity.rawValue))"
    case .skip: "skip" + (verdict.skip.map { " (\($0.rawValue))" } ?? "")
    default: verdict.verdict.rawValue
    }
  }
}
