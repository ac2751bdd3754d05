package import Core
import Foundation

/// Every form in which money beside milliseconds is shown.
package enum MarkupPages {
  /// The record itself, keys sorted.
  package static func json(_ record: MarkupRecord) -> String { JSONRenderer.text(record) }

  package static func html(_ record: MarkupRecord) -> String {
    let content = MarkupContent(record)
    let blocks = content.blocks
    var page = HTMLWriter()
    page.head(title: "Markup: \(content.sentence) – relaymark")
    page.masthead(
      kind: "markup", at: at(record), status: content.status, sentence: content.sentence,
      remarks: record.remarks, blocks)
    for block in blocks { page.write(block) }
    page.foot(version: record.tool.version, file: "markup.json")
    return page.text
  }

  package static func markdown(_ record: MarkupRecord) -> String {
    let content = MarkupContent(record)
    var text = "# Markup: \(Escaping.markdown(content.sentence))\n\n"
    for remark in record.remarks { text += "**\(Escaping.markdown(remark))**\n\n" }
    for block in content.blocks { text += MarkdownRenderer.write(block) }
    text += "---\n\nrelaymark \(Escaping.markdown(record.tool.version)). The pictures are in"
    text += " markup.html, every figure is in markup.json.\n"
    return text
  }

  private static func at(_ record: MarkupRecord) -> String {
    record.relays.map(\.startedAt).min() ?? ""
  }

  package static func terminal(_ record: MarkupRecord, color: Bool = false) -> String {
    let content = MarkupContent(record)
    var page = TerminalWriter(color: color)
    page.headline(status: content.status, sentence: content.sentence, remarks: record.remarks)
    if !record.relays.isEmpty {
      let widths = [22, 10, 10, 10, 11, 17]
      page.row(["relay", "m₁", "m₂", "φ", "all in", "added TTFT p50"], widths, isTitle: true)
      for relay in record.relays {
        page.row(
          [
            relay.name, MarkupWords.share(relay.overPrice), MarkupWords.share(relay.overCount),
            MarkupWords.share(relay.fee), MarkupWords.share(relay.allIn),
            MarkupWords.delay(relay.speed.addedTTFT, \.p50),
          ], widths, isTitle: false)
      }
      page.blank()
    }
    for relay in record.relays {
      page.sentence("\(relay.name), \(relay.model): \(relay.price)")
      if let expected = relay.expected, let billed = relay.billed {
        page.sentence(
          "  provider's price \(expected) \(relay.currency), billed \(billed) \(relay.currency)")
      }
      for fact in MarkupContent.facts(relay)
      where ["m₁", "m₂", "φ", "all in", "delay"].contains(fact.term) {
        page.sentence("  \(fact.term): \(fact.text)")
      }
      if let monthly = relay.monthly {
        page.sentence("  besides, \(monthly) \(relay.currency) a month")
      }
      for finding in relay.findings { page.sentence("  - \(finding)") }
      for problem in relay.problems { page.sentence("  ! \(problem)") }
      page.blank()
    }
    terminal(record, &page)
    for list in record.lists {
      page.sentence(
        "prices: \(list.name) (\(list.form)), as of \(list.date):"
          + " \(Figure.counted(list.models, "model")), \(list.unpriced.count) cannot be priced")
    }
    return page.text
  }

  private static func terminal(_ record: MarkupRecord, _ page: inout TerminalWriter) {
    guard let even = record.breakEven else { return }
    if !record.relays.isEmpty { page.sentence("Break-even: \(even.verdict).") }
    if even.inputs.hours.value == 0 {
      page.sentence("  ! developer time is said to be nothing")
    }
    for row in even.sensitivity {
      let value = row.input == "markup" ? DecimalText.percent(row.value.value) : "\(row.value)"
      page.row(["  \(row.input)", value, row.words], [22, 14, 44], isTitle: false)
    }
    page.sentence("\u{201C}10 million tokens a month\u{201D}:")
    for line in even.quoted { page.sentence("  - \(line)") }
    page.blank()
  }
}
