package import Core

/// The same content in GitHub Markdown, for pull requests and terminals; pictures are left out.
package struct MarkdownRenderer: Renderer {
  package init() {}

  package let name = "markdown"
  package let fileName: String? = "report.md"

  package func render(_ record: RunRecord) -> String {
    let content = Content(record)
    let headline = content.headline
    var text = "# \(headline.status.label): \(Escaping.markdown(headline.sentence))\n\n"
    for remark in headline.remarks { text += "**\(Escaping.markdown(remark))**\n\n" }
    for block in content.blocks(summaryFirst: true) { text += Self.write(block) }
    text += "---\n\nrelaymark \(Escaping.markdown(record.tool.version)),"
    text += " \(Escaping.markdown(record.startedAt)). The pictures are in report.html, every"
    text += " figure is in run.json.\n"
    return text
  }

  static func write(_ block: Block) -> String {
    switch block {
    case .heading(let level, let title, _):
      String(repeating: "#", count: level) + " \(Escaping.markdown(title))\n\n"
    case .paragraph(let words), .note(let words): Escaping.markdown(words) + "\n\n"
    case .list(let items):
      items.map { "- \(Escaping.markdown($0))\n" }.joined() + "\n"
    case .table(let table): write(table)
    case .folded(let title, let blocks):
      "<details><summary>\(Escaping.html(title))</summary>\n\n"
        + blocks.map(write).joined() + "</details>\n\n"
    case .facts(let facts):
      facts.map {
        "- \($0.code ? Escaping.markdownCode($0.term) : "**\(Escaping.markdown($0.term))**"):"
          + " \(Escaping.markdown($0.text))\n"
      }.joined() + "\n"
    case .curves(let chart):
      chart.curves.map { curve in
        let letter = curve.letter.isEmpty ? "" : "\(curve.letter) · "
        return "- \(Escaping.markdown(letter + curve.words))\n"
      }.joined() + "\n"
    case .streams(let chart): Escaping.markdown(chart.description) + "\n\n"
    case .intervals(let chart): chart.isTabled ? "" : Escaping.markdown(chart.description) + "\n\n"
    case .lines(let chart): Escaping.markdown(chart.description) + "\n\n"
    case .plane(let chart): Escaping.markdown(chart.description) + "\n\n"
    case .wire(let chart): Escaping.markdown(chart.description) + "\n\n"
    case .diff(_, let diff): write(diff)
    case .instrument(_, let blocks): blocks.map(write).joined()
    }
  }

  /// A fenced block, which no line in it can end: each begins with a sign.
  private static func write(_ diff: WireDiff) -> String {
    var text = "````diff\n"
    func add(_ sign: String, _ line: WireDiff.Line) {
      text += "\(sign) \(line.at)  \(Escaping.terminal(line.text))\n"
    }
    for row in diff.rows {
      switch row {
      case .same(let line): add(" ", line)
      case .direct(let line): add("-", line)
      case .relayed(let line): add("+", line)
      case .left(let count): text += "  … \(Figure.counted(count, "line")) more\n"
      }
    }
    return text + "````\n\n"
  }

  private static func write(_ table: Table) -> String {
    var text = "\(Escaping.markdown(table.caption))\n\n"
    text += line(table.columns.map { Escaping.markdown($0.title) })
    text += line(table.columns.map { $0.number ? "--:" : "---" })
    for row in table.rows { text += line(row.map(words)) }
    return text + "\n"
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func words(_ cell: Cell) -> String {
    let hint = cell.hint.isEmpty ? "" : " (\(Escaping.markdown(cell.hint)))"
    switch cell.kind {
    case .code: return Escaping.markdownCode(cell.text) + hint
    case .target(let letter): return "\(letter) · \(Escaping.markdown(cell.text))"
    case .outcome(.fail), .judged(.fail, _): return "**\(Escaping.markdown(cell.text))**"
    case .alarm(true): return "**\(Escaping.markdown(cell.text))**\(hint)"
    default: return Escaping.markdown(cell.text) + hint
    }
  }
}
