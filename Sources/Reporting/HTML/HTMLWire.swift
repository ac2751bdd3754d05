import Core

/// A wire log as a table, with the bytes that differ marked.
extension HTMLWriter {
  mutating func write(_ diff: WireDiff, _ title: String) {
    add("<div class=\"scroll wire\" tabindex=\"0\" role=\"region\" aria-label=\"")
    add("\(Escaping.html(title)), line by line\"><table>\n")
    add("<thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"n\">Time</th>")
    add("<th scope=\"col\">+ through the relay, − without it; ⏎ ends an event</th></tr></thead>\n")
    add("<tbody>\n")
    for row in diff.rows {
      switch row {
      case .same(let line): write(line, "", "")
      case .direct(let line): write(line, "−", " class=\"gone\"")
      case .relayed(let line): write(line, "+", " class=\"come\"")
      case .left(let count):
        add("<tr class=\"left\"><td></td><td class=\"n\">⋯</td>")
        add("<td>\(Figure.counted(count, "line")) more</td></tr>\n")
      }
    }
    add("</tbody></table></div>\n")
  }

  private mutating func write(_ line: WireDiff.Line, _ sign: String, _ style: String) {
    var words = Escaping.html(line.text)
    if let marked = line.marked {
      let bytes = Array(line.text.utf8)
      func part(_ range: Range<Int>) -> String {
        Escaping.html(String(decoding: bytes[range], as: UTF8.self))
      }
      words = part(0..<marked.lowerBound)
      if !marked.isEmpty { words += "<mark>\(part(marked))</mark>" }
      words += part(marked.upperBound..<bytes.count)
    }
    add("<tr\(style)><td>\(sign)</td><td class=\"n\">\(line.at)</td>")
    add("<td><code>\(words)</code></td></tr>\n")
  }
}
