package import Core

/// Every form in which a comparison is shown.
package enum ComparisonPages {
  /// The record itself, keys sorted, one array of numbers per line.
  package static func json(_ record: ComparisonRecord) -> String { JSONRenderer.text(record) }

  package static func html(_ record: ComparisonRecord) -> String {
    let content = ComparisonContent(record)
    var page = HTMLWriter()
    page.head(title: "\(content.status.label): \(content.names), \(record.startedAt) – relaymark")
    page.masthead(
      kind: "comparison", at: record.startedAt, status: content.status,
      sentence: content.sentence, remarks: content.remarks, content.blocks)
    for block in content.blocks { page.write(block) }
    page.foot(version: record.tool.version, file: "compare.json")
    return page.text
  }

  package static func markdown(_ record: ComparisonRecord) -> String {
    let content = ComparisonContent(record)
    var text = "# \(content.status.label): \(Escaping.markdown(content.sentence))\n\n"
    for remark in content.remarks { text += "**\(Escaping.markdown(remark))**\n\n" }
    for block in content.blocks { text += MarkdownRenderer.write(block) }
    text += "---\n\nrelaymark \(Escaping.markdown(record.tool.version)),"
    text += " \(Escaping.markdown(record.startedAt)). The pictures are in compare.html, every"
    text += " figure is in compare.json.\n"
    return text
  }

  package static func terminal(_ record: ComparisonRecord, color: Bool = false) -> String {
    let content = ComparisonContent(record)
    var page = TerminalWriter(color: color)
    page.headline(status: content.status, sentence: content.sentence, remarks: content.remarks)
    for result in record.results {
      page.sentence(
        "\(result.arm) − \(result.against), \(Figure.counted(result.pairs, "pair")) of"
          + " \(record.plan.streams) streams a turn, interval of"
          + " \(Figure.percent(1 - result.alpha)), seed \(record.seed):")
      let widths = [20, 9, 9, 11, 22, 9]
      page.row(
        ["  figure", result.against, result.arm, "difference", "interval", "margin"], widths,
        isTitle: true)
      for figure in result.measures {
        guard figure.a != nil else {
          page.verdict(figure.state.outcome, "\(figure.name): \(figure.reason)")
          continue
        }
        let interval =
          figure.low == nil
          ? Figure.none
          : "\(ComparisonContent.difference(figure.low, figure)) … "
            + ComparisonContent.difference(figure.high, figure)
        page.row(
          [
            "  \(figure.name)", ComparisonContent.value(figure.a, figure),
            ComparisonContent.value(figure.b, figure),
            ComparisonContent.difference(figure.delta, figure), interval,
            ComparisonContent.value(figure.margin, figure),
          ], widths, isTitle: false)
        page.verdict(figure.state.outcome, figure.reason + share(figure))
        if let warning = figure.warning { page.sentence("                  ! \(warning)") }
      }
      page.blank()
    }
    for arm in record.arms {
      for remark in arm.remarks { page.sentence("! \(arm.name): \(remark)") }
    }
    return page.text
  }

  /// The overhead as a share of the first token, beside the absolute figure.
  private static func share(_ figure: ArmComparison.Figure) -> String {
    guard figure.measure == "ttft", let share = figure.share else { return "" }
    return " (\(ComparisonContent.signedPercent(share)) of the time)"
  }
}
