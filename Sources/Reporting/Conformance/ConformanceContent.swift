import Core

/// Conformance records of one or more relays turned into the blocks of a page: which relay is how
/// good at what, what is wrong, the worst first, and then every check with what was seen.
struct ConformanceContent {
  let records: [ConformanceRecord]
  let status: Headline.Status
  let sentence: String
  private(set) var remarks: [String] = []
  private(set) var blocks: [Block] = []

  /// What the groups of the catalogue are about.
  private static let groups = [
    "BED": "Bedrock's event stream", "CAN": "cancellation", "CHAT": "Chat Completions",
    "FLT": "faults of the provider", "GEM": "Gemini", "HDR": "headers",
    "HTTP": "HTTP and framing", "MSG": "Anthropic Messages", "NDJ": "Ollama's lines of JSON",
    "REQ": "what the provider is sent", "RES": "Responses", "SEC": "secrets and separation",
    "SSE": "event streams", "TIM": "time", "USE": "usage",
  ]

  init(_ records: [ConformanceRecord]) {
    self.records = records
    sentence = Self.sentence(records)
    let verdicts = records.flatMap(\.verdicts)
    func found(_ outcomes: ConformanceVerdict.Outcome..., binding: Bool = false) -> Bool {
      verdicts.contains {
        outcomes.contains($0.verdict) && $0.scores && (!binding || $0.level.isBinding)
      }
    }
    status =
      !records.allSatisfy(\.complete)
      ? .incomplete
      : found(.fail, binding: true)
        ? .failed
        : found(.fail, .warn, .error)
          ? .attention : found(.pass) ? .passed : .measured
    for record in records where !record.note.isEmpty {
      remarks.append("\(record.target.name): \(record.note)")
    }
    blocks = relays + matrix + findings + checks
  }

  var names: String { Tally.listed(Content.unique(records.map(\.target.name))) }

  /// A name for each record, unique on the page.
  private var labels: [String] {
    let names = records.map(\.target.name)
    return records.indices.map { index in
      let before = names[..<index].count { $0 == names[index] }
      return before > 0 ? "\(names[index]) (\(before + 1))" : names[index]
    }
  }

  private var relays: [Block] {
    let rows = records.enumerated().map { index, record -> [Cell] in
      let summary = ConformanceSummary(record)
      let critical = summary.wrong.count { $0.verdict == .fail && $0.severity == .critical }
      let pairs = record.target.pairs.map { pair in
        pair.face == pair.upstream ? pair.face : "\(pair.face) over \(pair.upstream)"
      }
      return [
        Cell(
          text: labels[index], kind: .target(letter: Content.letter(index)),
          hint: record.target.url),
        .text(record.target.topology.rawValue), .text(pairs.joined(separator: ", ")),
        Cell(text: "\(critical)", kind: .alarm(critical > 0)),
        Cell(text: "\(summary.count(.fail))", kind: .alarm(summary.count(.fail) > 0)),
        .number("\(summary.count(.warn))"), .number("\(summary.count(.pass))"),
        .number("\(summary.count(.info))"), .number("\(summary.count(.skip))"),
        Cell(text: "\(summary.count(.error))", kind: .alarm(summary.count(.error) > 0)),
        .number("\(record.durationNs)"),
      ]
    }
    return [
      .heading(2, "Relays", anchor: "relays"),
      .table(
        Table(
          caption: "An error is the harness's own and says nothing of the relay.",
          columns: [
            .text("Relay"), .text("Topology"), .text("Formats"), .number("Critical"),
            .number("Fail"), .number("Warn"), .number("Pass"), .number("Info"), .number("Skip"),
            .number("Error"), .number("Took"),
          ], rows: rows)),
    ]
  }

  /// Of many relays only how many there are, and how far they are from each other.
  private static func sentence(_ records: [ConformanceRecord]) -> String {
    let summaries = records.map { ConformanceSummary($0) }
    guard records.count > few else { return summaries.map(\.line).joined(separator: "; ") + "." }
    let failures = summaries.map { $0.count(.fail) }.sorted()
    let wrong = Set(summaries.flatMap { $0.wrong.filter { $0.verdict == .fail }.map(\.id) })
    return "\(records.count) relays, of which each fails \(failures[0]) to \(failures.last ?? 0)"
      + " checks, and all together \(wrong.count)."
  }

  /// So many relays have room for words.
  private static let few = 3

  private var groupNames: [String] {
    Content.unique(records.flatMap { $0.verdicts.map(\.group) }).sorted()
  }

  private func title(_ group: String) -> String {
    Self.groups[group].map { "\(group) · \($0)" } ?? group
  }

  private var matrix: [Block] {
    let rows = groupNames.map { group -> [Cell] in
      let isShort = records.count > Self.few
      return [.link(isShort ? group : title(group), to: "group-\(group)")]
        + records.map { record in
          Self.cell(
            record.verdicts.filter { $0.group == group }, to: "group-\(group)", isShort: isShort)
        }
    }
    return [
      .heading(2, "Groups", anchor: "groups"),
      .table(
        Table(
          caption: "What each relay shows in each group of checks (✗ fail, ! warn, ✓ pass); a cell"
            + " leads to its checks.",
          columns: [.text("Group")] + columns, rows: rows)),
    ]
  }

  /// By the letters of the first table where there is no room for names.
  private var columns: [Table.Column] {
    guard records.count > Self.few else { return labels.map { .text($0) } }
    return records.indices.map { .text(Content.letter($0)) }
  }

  /// "✗ 1 fail, 2 warn, 9 pass", or "✗1 !2 ✓9", coloured by the worst.
  private static func cell(
    _ verdicts: [ConformanceVerdict], to anchor: String, isShort: Bool
  ) -> Cell {
    let order: [ConformanceVerdict.Outcome] = [.fail, .error, .warn, .pass, .info, .skip]
    let counts = order.compactMap { outcome -> String? in
      let count = verdicts.count { $0.verdict == outcome }
      if isShort {
        let counts = outcome == .fail || outcome == .error || outcome == .warn || outcome == .pass
        return counts && count > 0 ? "\(outcome.sign)\(count)" : nil
      }
      return count > 0 ? "\(count) \(outcome.rawValue)" : nil
    }
    guard let worst = order.first(where: { outcome in verdicts.contains { $0.verdict == outcome } })
    else { return .text(Figure.none) }
    let text =
      isShort
      ? counts.joined(separator: " ") : "\(worst.sign) \(counts.joined(separator: ", "))"
    return Cell(
      text: text.isEmpty ? worst.sign : text,
      kind: .judged(worst, anchor: anchor))
  }

  private var findings: [Block] {
    let wrong = records.enumerated().flatMap { index, record in
      ConformanceSummary(record).wrong.map { (index, $0) }
    }
    guard !wrong.isEmpty else { return [] }
    let sorted = wrong.enumerated().sorted {
      ($0.element.1.rank, $0.offset) < ($1.element.1.rank, $1.offset)
    }.map(\.element)
    let isOne = records.count == 1
    return [
      .heading(2, "What is wrong", anchor: "wrong"),
      .table(
        Table(
          caption: "The worst first; a check leads to what was seen on the wire.",
          columns: [.text("Result"), .text("Severity")] + (isOne ? [] : [.text("Relay")])
            + [.text("Check"), .text("Level"), .text("What was seen")],
          rows: sorted.map { index, verdict in
            [
              Cell(text: verdict.verdict.label, kind: .judged(verdict.verdict, anchor: nil)),
              .text(verdict.severity.rawValue),
            ] + (isOne ? [] : [.text(labels[index])])
              + [
                .link("\(verdict.id) \(verdict.slug)", to: verdict.id),
                .text(verdict.level.rawValue), .text(verdict.actual.first ?? ""),
              ]
          })),
    ]
  }

  private var checks: [Block] {
    groupNames.flatMap { group -> [Block] in
      let ids = Content.unique(
        records.flatMap { $0.verdicts.filter { $0.group == group }.map(\.id) }
      ).sorted()
      return [.heading(2, title(group), anchor: "group-\(group)")] + ids.map(check)
    }
  }

  private func check(_ id: String) -> Block {
    let found = records.enumerated().compactMap { index, record in
      record.verdicts.first { $0.id == id }.map { (index, $0) }
    }
    guard let first = found.first?.1 else { return .note(id) }
    let outcomes = found.map { index, verdict in
      records.count == 1 ? verdict.verdict.label : "\(labels[index]) \(verdict.verdict.label)"
    }
    var inside: [Block] = [
      .heading(3, "\(id) \(first.slug)", anchor: id),
      .facts([
        Fact(term: "Requirement", text: first.requirement),
        Fact(term: "Source", text: first.source),
        Fact(
          term: "Level", text: "\(first.level.rawValue), a breach is \(first.severity.rawValue)"),
        Fact(term: "Stimuli", text: first.stimuli.joined(separator: "; ")),
        Fact(term: "Expected", text: first.expected.joined(separator: "; or ")),
      ]),
    ]
    for (index, verdict) in found { inside += seen(verdict, index) }
    let pending = first.scores ? "" : "pending, "
    return .folded(
      "\(pending)\(outcomes.joined(separator: ", ")) · \(id) \(first.slug): \(first.requirement)",
      inside)
  }

  /// What one relay showed: in words, as lanes on one clock, and byte for byte.
  private func seen(_ verdict: ConformanceVerdict, _ index: Int) -> [Block] {
    let tried = verdict.tried > 1 ? ", \(verdict.bad) of \(verdict.tried) exchanges not so" : ""
    let reason = verdict.skip.map { " (\($0.rawValue))" } ?? ""
    var blocks: [Block] = [
      .paragraph(
        "\(labels[index]): \(verdict.verdict.label)\(reason)\(tried)"
          + (verdict.scores ? "" : ", which does not score yet"))
    ]
    if !verdict.actual.isEmpty { blocks.append(.list(verdict.actual)) }
    guard let evidence = verdict.evidence else { return blocks }
    let place = "\(verdict.id.lowercased())-\(index + 1)"
    let title = "\(verdict.id) on \(labels[index]): \(evidence.stimulus)"
    blocks.append(.wire(WireChart(id: place, title: title, evidence: evidence)))
    blocks.append(.diff(title, WireDiff(direct: evidence.direct, relayed: evidence.relayed)))
    if evidence.relayed.cutBytes > 0 {
      blocks.append(
        .note("\(Figure.count(evidence.relayed.cutBytes)) more bytes are not in the record."))
    }
    return blocks
  }
}

extension ConformanceVerdict {
  /// `FLT`.
  var group: String { String(id.prefix { $0 != "-" }) }

  /// What is worse comes first: failures, binding ones, critical ones.
  var rank: Int {
    let severity = severity == .critical ? 0 : severity == .major ? 1 : 2
    return (verdict == .fail ? 0 : 100) + (level.isBinding ? 0 : 10) + severity
  }
}

extension ConformanceVerdict.Outcome {
  /// Colour is never the only difference.
  var sign: String {
    switch self {
    case .pass: "✓"
    case .warn: "!"
    case .fail, .error: "✗"
    case .skip: "–"
    case .info: "i"
    }
  }

  var label: String { "\(sign) \(rawValue)" }
}
