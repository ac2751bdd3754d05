import Core

/// Writes the blocks of a report as HTML; every text is escaped here.
struct HTMLWriter {
  private(set) var text = ""

  /// Nothing may be loaded or run, whatever else got into the page.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  private static let shortText = 26

  /// Markup, whose texts are escaped already.
  mutating func add(_ markup: String) { text += markup }

  mutating func head(title: String) {
    text += """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HTMLWriter.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(Escaping.html(title))</title>
      <style>
      \(String(decoding: PackageResources.report_css, as: UTF8.self))</style>
      </head>
      <body>
      <main>

      """
  }

  mutating func masthead(_ content: Content, _ blocks: [Block]) {
    let headline = content.headline
    masthead(
      kind: "run report", at: content.record.startedAt, status: headline.status,
      sentence: headline.sentence, remarks: headline.remarks, blocks)
  }

  mutating func masthead(
    kind: String, at: String, status: Headline.Status, sentence: String, remarks: [String],
    _ blocks: [Block]
  ) {
    text += "<header class=\"masthead\">\n"
    text += "<p class=\"kicker\">relaymark \(kind) · "
    text += "<time>\(Escaping.html(at))</time></p>\n"
    text += "<h1><span class=\"status \(status.rawValue)\">"
    text += "\(status.label)</span> \(Escaping.html(sentence))</h1>\n"
    for remark in remarks { paragraph(remark, "remark") }
    text += "<nav aria-label=\"Sections\"><ul>"
    for case .heading(2, let title, let anchor) in blocks {
      text += "<li><a href=\"#\(anchor)\">\(Escaping.html(title))</a></li>"
    }
    text += "</ul></nav>\n</header>\n"
  }

  mutating func foot(_ record: RunRecord) { foot(version: record.tool.version, file: "run.json") }

  mutating func foot(version: String, file: String) {
    let version = Escaping.html(version)
    text += "</main>\n<footer><p>Written by relaymark \(version) from \(file), which holds every"
    text += " figure of this page.</p></footer>\n</body>\n</html>\n"
  }

  mutating func write(_ block: Block) {
    switch block {
    case .heading(let level, let title, let anchor):
      text += "<h\(level) id=\"\(anchor)\">\(Escaping.html(title))</h\(level)>\n"
    case .paragraph(let words): paragraph(words, "")
    case .note(let words): paragraph(words, "note")
    case .list(let items):
      text += "<ul class=\"remarks\">"
      for item in items { text += "<li>\(Escaping.html(item))</li>" }
      text += "</ul>\n"
    case .table(let table): write(table)
    case .folded(let title, let blocks):
      text += "<details><summary>\(Escaping.html(title))</summary>\n"
      for block in blocks { write(block) }
      text += "</details>\n"
    case .facts(let facts): write(facts)
    case .curves(let chart): write(chart)
    case .streams(let chart): write(chart)
    case .intervals(let chart):
      text += "<figure>\n<figcaption>\(Escaping.html(chart.caption))</figcaption>\n"
      text += chart.render() + "</figure>\n"
    case .lines(let chart): write(chart)
    case .plane(let chart): write(chart)
    case .wire(let chart): text += "<figure>\n\(chart.render())</figure>\n"
    case .diff(let title, let diff): write(diff, title)
    case .instrument(let fit, let blocks):
      text += "<section class=\"instrument \(fit ? "fit" : "unfit")\">\n"
      for block in blocks { write(block) }
      text += "</section>\n"
    }
  }

  private mutating func paragraph(_ words: String, _ style: String) {
    let attribute = style.isEmpty ? "" : " class=\"\(style)\""
    text += "<p\(attribute)>\(Escaping.html(words))</p>\n"
  }

  private mutating func write(_ facts: [Fact]) {
    text += "<dl>\n"
    for fact in facts {
      let term = Escaping.html(fact.term)
      text += "<dt>\(fact.code ? "<code>\(term)</code>" : term)</dt>"
      text += "<dd>\(Escaping.html(fact.text))</dd>\n"
    }
    text += "</dl>\n"
  }

  // A box that scrolls must be reachable by keyboard, hence the tabindex and the label.
  private mutating func write(_ table: Table) {
    let label = Escaping.html(table.caption)
    text += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(label)\">"
    text += "<table><caption>\(label)</caption>\n<thead><tr>"
    for column in table.columns {
      text += "<th scope=\"col\"\(column.number ? " class=\"n\"" : "")>"
      text += "\(Escaping.html(column.title))</th>"
    }
    text += "</tr></thead>\n<tbody>\n"
    for row in table.rows {
      text += "<tr>"
      for cell in row { write(cell) }
      text += "</tr>\n"
    }
    text += "</tbody></table></div>\n"
  }

  private mutating func write(_ cell: Cell) {
    let words = Escaping.html(cell.text)
    let hint = cell.hint.isEmpty ? "" : " <small>\(Escaping.html(cell.hint))</small>"
    // Short texts stay on one line; long ones may break anywhere.
    let isShort = Columns.width(cell.text) <= HTMLWriter.shortText
    switch cell.kind {
    case .text: text += "<td\(isShort ? " class=\"w\"" : "")>\(words)\(hint)</td>"
    case .code: text += "<td\(isShort ? " class=\"w\"" : "")><code>\(words)</code>\(hint)</td>"
    case .number: text += "<td class=\"n\">\(words)\(hint)</td>"
    case .alarm(let bad): text += "<td class=\"n\(bad ? " bad" : "")\">\(words)\(hint)</td>"
    case .outcome(let outcome):
      text += "<td><span class=\"outcome \(outcome.rawValue)\">\(words)</span></td>"
    case .target(let letter):
      text +=
        "<td class=\"target\"><b class=\"key\">\(Escaping.html(letter))</b> \(words)\(hint)</td>"
    case .link(let anchor): text += "<td><a href=\"#\(Escaping.html(anchor))\">\(words)</a></td>"
    case .judged(let outcome, let anchor):
      let inside = anchor.map { "<a href=\"#\(Escaping.html($0))\">\(words)</a>" } ?? words
      text += "<td><span class=\"outcome \(outcome.rawValue)\">\(inside)</span></td>"
    }
  }

  private mutating func write(_ chart: CurveChart) {
    text += "<figure>\n<figcaption>\(Escaping.html(chart.caption))</figcaption>\n"
    text += chart.render()
    legend(chart.curves.map { ($0.classes, $0.letter, $0.label) })
    text += "</figure>\n"
  }

  private mutating func write(_ chart: LineChart) {
    text += "<figure>\n<figcaption>\(Escaping.html(chart.caption))</figcaption>\n"
    text += chart.render()
    legend(chart.lines.map { ($0.classes, $0.letter, $0.label) })
    text += "</figure>\n"
  }

  private mutating func write(_ chart: PlaneChart) {
    text += "<figure>\n<figcaption>\(Escaping.html(chart.caption))</figcaption>\n"
    text += chart.render()
    legend(
      chart.points.map { ("curve s\($0.index % 6)", $0.letter, $0.label) }
        + chart.lines.map { ($0.style, $0.letter, $0.label) })
    text += "</figure>\n"
  }

  private mutating func legend(_ entries: [(classes: String, letter: String, label: String)]) {
    text += "<ul class=\"legend\">\n"
    for entry in entries {
      text += "<li><svg class=\"swatch\" width=\"28\" height=\"10\" aria-hidden=\"true\">"
      text += "<path class=\"\(entry.classes)\" d=\"M0 5H28\"/></svg> "
      if !entry.letter.isEmpty { text += "<b class=\"key\">\(Escaping.html(entry.letter))</b> " }
      text += "\(Escaping.html(entry.label))</li>\n"
    }
    text += "</ul>\n"
  }

  private mutating func write(_ chart: StreamChart) {
    text += "<figure>\n<figcaption><ul class=\"legend\">"
    if chart.showsWrites { legendTick("write", "upper: the provider writes a chunk") }
    legendTick("arrival", "lower: the client gets a chunk")
    text += "</ul></figcaption>\n"
    text += chart.render()
    text += "</figure>\n"
  }

  private mutating func legendTick(_ style: String, _ words: String) {
    text += "<li><svg class=\"swatch\" width=\"10\" height=\"12\" aria-hidden=\"true\">"
    text += "<path class=\"\(style)\" d=\"M5 1V11\"/></svg> \(words)</li>"
  }
}
