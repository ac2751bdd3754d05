import Core

/// Writes lines of at most 80 columns; every text from outside loses its control characters here.
struct TerminalWriter {
  private(set) var text = ""
  let color: Bool

  private enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  init(color: Bool) { self.color = color }

  mutating func headline(_ headline: Headline) {
    self.headline(
      status: headline.status, sentence: headline.sentence, remarks: headline.remarks)
  }

  mutating func headline(status: Headline.Status, sentence: String, remarks: [String]) {
    let style: Style =
      switch status {
      case .incomplete, .failed: .red
      case .attention, .inconclusive: .yellow
      case .passed: .green
      case .measured: .bold
      }
    wrapped("\(status.label): \(sentence)", style: style)
    for remark in remarks { wrapped(remark, style: .yellow) }
    text += "\n"
  }

  mutating func instrument(_ content: Content) {
    let instrument = content.record.instrument
    var parts = [instrument.fit ? "fit" : "NOT FIT"]
    for (name, measure) in Self.ordered(instrument.floor) where measure.n > 0 {
      parts.append("floor of \(name) \(Self.pair(measure, name))")
    }
    for (name, measure) in Self.ordered(instrument.lateness) where measure.n > 0 {
      parts.append("lateness of \(name) \(Self.pair(measure, name))")
    }
    wrapped("Instrument: " + parts.joined(separator: "; ") + " (p50 / p99).", style: nil)
    if content.record.machines != nil, !instrument.floor.isEmpty {
      wrapped(Content.floorWords, style: .dim)
    }
    wrapped(content.selfTestWords, style: .dim)
    for remark in instrument.remarks { wrapped("- \(remark)", style: .yellow) }
    text += "\n"
  }

  /// One line per target.
  mutating func summary(_ content: Content) {
    let widths = [25, 13, 10, 9, 13, 9]
    let rows = content.shortLabels
    let titles = [
      rows == content.labels ? "target" : "scenario", "done", "TTFT p50", "p99", "added/chunk",
      "p99",
    ]
    line(titles, widths, style: .dim)
    for (index, target) in content.record.targets.enumerated() {
      let done =
        "\(Figure.count(target.exchanges.done))/\(Figure.count(target.exchanges.total))"
      let ttft = target.measures["ttft"]
      let added = target.measures["added.chunk"]
      line(
        [
          rows[index], done, Self.cell(ttft, \.p50, "ttft"),
          Self.cell(ttft, \.p99, "ttft"), Self.cell(added, \.p50, "added.chunk"),
          Self.cell(added, \.p99, "added.chunk"),
        ], widths, style: nil)
    }
    text += "\n"
  }

  /// Which machines a merged record is of, one line each; the delays of each are in the reports.
  mutating func machines(_ content: Content) {
    guard let machines = content.record.machines else { return }
    let widths = [15, 13, 9, 4, 20, 18]
    line(
      ["machine", "done", "duration", "fit", "added/chunk p50/p99", "its floor"], widths,
      style: .dim)
    for machine in machines {
      let done = machine.shares.reduce(0) { $0 + $1.exchanges.done }
      let total = machine.shares.reduce(0) { $0 + $1.exchanges.total }
      let added = machine.shares.count == 1 ? machine.shares[0].measures["added.chunk"] : nil
      line(
        [
          "shard \(machine.shard)", "\(Figure.count(done))/\(Figure.count(total))",
          machine.durationNs.description, machine.fit ? "yes" : "NO",
          added.map { Self.pair($0, "added.chunk") } ?? Figure.none,
          added.flatMap { _ in content.floor("added.chunk", machine, 0) }
            .map { Self.pair($0, "added.chunk") } ?? Figure.none,
        ], widths, style: nil)
    }
    for note in machines.flatMap(content.resolutionNotes) { wrapped("- \(note)", style: nil) }
    text += "\n"
  }

  mutating func target(_ content: Content, _ index: Int) {
    let target = content.record.targets[index]
    let facts = "\(target.topology.rawValue), \(target.dialect), scenario \(target.scenario.name)"
    wrapped("\(content.labels[index]) (\(facts))", style: .bold)
    for remark in target.remarks { wrapped("  ! \(remark)", style: .yellow) }
    ends(target)
    percentiles(target, content)
    for turn in target.turns ?? [] {
      let times = "\(Self.cell(turn.ttft, \.p50, "ttft")) / \(Self.cell(turn.ttft, \.p99, "ttft"))"
      wrapped(
        "  turn \(turn.turn): \(turn.done)/\(turn.total) done, TTFT \(times) (p50 / p99)",
        style: nil)
    }
    for words in [Content.connections(target), Content.tokens(target)].compactMap(\.self) {
      wrapped("  \(words)", style: .dim)
    }
    if let overhead = target.overhead {
      wrapped("  " + Content.words(overhead), style: .dim)
      if let words = Content.directWords(target) { wrapped("  " + words, style: .dim) }
      for words in Content.messageWords(overhead) { wrapped("  ! \(words)", style: .yellow) }
    }
    if let goodput = target.goodput { wrapped("  " + Content.words(goodput), style: nil) }
    verdicts(target)
    text += "\n"
  }

  private mutating func ends(_ target: TargetRecord) {
    let ends = target.exchanges.byEnd.filter { $0.value > 0 && $0.key != "done" }
    guard !ends.isEmpty else { return }
    let words = ends.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(Figure.count($0.value)) \($0.key)" }.joined(separator: ", ")
    let unasked = target.exchanges.total - target.exchanges.done - target.endedOnPurpose
    if unasked > 0 {
      wrapped("  not done: \(words)", style: .red)
    } else {
      wrapped("  broken off on purpose: \(words)", style: .dim)
    }
  }

  private mutating func percentiles(_ target: TargetRecord, _ content: Content) {
    guard !target.measures.isEmpty else { return }
    let hasBars = target.measures.keys.contains { content.errorBar($0, target) != nil }
    let widths = [15, 8, 9, 9, 9, 9, 9] + (hasBars ? [12] : [])
    line(
      ["  measure", "n", "p50", "p90", "p99", "p99.9", "max"] + (hasBars ? ["± error"] : []),
      widths, style: .dim)
    for (name, measure) in Self.ordered(target.measures) {
      let values: [KeyPath<Measure, Double>] = [\.p50, \.p90, \.p99, \.p999, \.max]
      line(
        ["  " + name, Figure.count(measure.n)] + values.map { Self.cell(measure, $0, name) }
          + (hasBars ? [content.errorBar(name, target) ?? ""] : []),
        widths, style: nil)
      guard let floor = content.floor(name, target) else { continue }
      line(
        ["    its floor", Figure.count(floor.n)] + values.map { Self.cell(floor, $0, name) },
        widths, style: .dim)
    }
    for note in content.resolutionNotes(target) { wrapped("  " + note, style: nil) }
  }

  private mutating func verdicts(_ target: TargetRecord) {
    let sorted = Content.sorted(target.verdicts)
    for verdict in sorted where verdict.verdict != .skip && verdict.verdict != .pass {
      let level = verdict.level.rawValue
      item(
        verdict.verdict, "\(verdict.id) (\(level)): expected \(verdict.expected); \(verdict.actual)"
      )
    }
    for result in target.expectations where result.outcome != .skip && result.outcome != .pass {
      item(result.outcome, "\(result.text): \(result.actual)")
    }
    let passed = target.verdicts.count { $0.verdict == .pass }
    let skipped = target.verdicts.count { $0.verdict == .skip }
    let met = target.expectations.count { $0.outcome == .pass }
    var parts: [String] = []
    if passed > 0 { parts.append("\(Figure.counted(passed, "check")) passed") }
    if met > 0 { parts.append("\(Figure.counted(met, "expectation")) met") }
    if skipped > 0 { parts.append("\(Figure.counted(skipped, "check")) skipped") }
    if !parts.isEmpty { wrapped("  " + parts.joined(separator: ", "), style: .dim) }
  }

  /// One verdict of a conformance check that is not as it should be.
  mutating func conformance(_ verdict: ConformanceVerdict) {
    let isFailure = verdict.verdict == .fail
    let share = verdict.tried > 1 ? ", \(verdict.bad) of \(verdict.tried) exchanges" : ""
    item(
      isFailure ? verdict.severity.rawValue : verdict.verdict.rawValue, isFailure ? .red : .yellow,
      "\(verdict.id) \(verdict.slug) (\(verdict.level.rawValue)\(share)): \(verdict.requirement). "
        + "Expected: \(verdict.expected.joined(separator: "; or ")). "
        + "Seen: \(verdict.actual.joined(separator: "; "))")
  }

  private mutating func item(_ outcome: Verdict.Outcome, _ words: String) {
    let style: Style =
      switch outcome {
      case .fail: .red
      case .pass: .green
      default: .yellow
      }
    item(outcome.label, style, words)
  }

  private mutating func item(_ label: String, _ style: Style, _ words: String) {
    let lines = Columns.wrap(Escaping.terminal(words), TerminalRenderer.columns - 17)
    for (number, line) in lines.enumerated() {
      let label = number == 0 ? Columns.pad(label, 14) : String(repeating: " ", count: 14)
      text += "  " + painted(label, style) + " " + line + "\n"
    }
  }

  // MARK: - Lines

  mutating func sentence(_ words: String) { wrapped(words, style: nil) }
  mutating func verdict(_ outcome: Verdict.Outcome, _ words: String) { item(outcome, words) }
  mutating func row(_ cells: [String], _ widths: [Int], isTitle: Bool) {
    line(cells, widths, style: isTitle ? .dim : nil)
  }
  mutating func blank() { text += "\n" }

  private static func ordered(_ measures: [String: Measure]) -> [(String, Measure)] {
    Glossary.ordered(measures.keys).compactMap { name in measures[name].map { (name, $0) } }
  }

  private static func pair(_ measure: Measure, _ name: String) -> String {
    "\(cell(measure, \.p50, name)) / \(cell(measure, \.p99, name))"
  }

  private static func cell(
    _ measure: Measure?, _ value: KeyPath<Measure, Double>, _ name: String
  ) -> String {
    guard let measure, measure.n > 0 else { return Figure.none }
    return Figure.value(measure[keyPath: value], unit: measure.unit, measure: name)
  }

  /// The first cell to the left, the others to the right of their columns.
  private mutating func line(
    _ cells: [String], _ widths: [Int], style: Style?
  ) {
    var row = ""
    for (index, cell) in cells.enumerated() {
      let safe = Escaping.terminal(cell)
      row += index == 0 ? Columns.pad(safe, widths[0]) : " "
      if index > 0 { row += Columns.pad(safe, widths[index] - 1, left: true) }
    }
    while row.last == " " { row.removeLast() }
    text += (style.map { painted(row, $0) } ?? row) + "\n"
  }

  private mutating func wrapped(_ words: String, style: Style?) {
    let indent = words.prefix { $0 == " " }
    let limit = TerminalRenderer.columns - indent.count
    for line in Columns.wrap(Escaping.terminal(words), limit) {
      text += indent + (style.map { painted(line, $0) } ?? line) + "\n"
    }
  }

  private func painted(_ words: String, _ style: Style) -> String {
    color ? "\u{1B}[\(style.rawValue)m\(words)\u{1B}[0m" : words
  }
}
