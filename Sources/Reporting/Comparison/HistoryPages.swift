package import Core

/// Each series of a history over time.
package enum HistoryPages {
  private struct Series {
    var name: String
    var unit: String
    var points: [(line: Int, point: HistoryLine.Point)]
  }

  private static func series(_ lines: [HistoryLine]) -> [Series] {
    var found: [Series] = []
    for (number, line) in lines.enumerated() {
      for point in line.series {
        let name = "\(line.scenario): \(point.name)"
        if let index = found.firstIndex(where: { $0.name == name && $0.unit == point.unit }) {
          found[index].points.append((number + 1, point))
        } else {
          found.append(Series(name: name, unit: point.unit, points: [(number + 1, point)]))
        }
      }
    }
    return found
  }

  package static func terminal(_ lines: [HistoryLine]) -> String {
    var page = TerminalWriter(color: false)
    page.sentence(words(lines))
    page.blank()
    for series in series(lines) {
      page.sentence(series.name)
      for (line, point) in series.points.suffix(10) {
        let interval = interval(point)
        page.row(
          [
            "  \(lines[line - 1].startedAt)", value(point.value, point.unit), interval,
            lines[line - 1].decision.label,
          ], [24, 14, 28, 14], isTitle: false)
      }
    }
    return page.text
  }

  package static func html(_ lines: [HistoryLine], version: String) -> String {
    var blocks: [Block] = []
    for (index, series) in series(lines).enumerated() {
      blocks.append(.heading(2, series.name, anchor: "series-\(index + 1)"))
      if series.unit == "ns" {
        let points = series.points
        blocks.append(
          .lines(
            LineChart(
              id: "history-\(index + 1)", title: series.name,
              caption: "Line of the history from left to right; bars are intervals.",
              lines: [
                LineChart.Line(
                  letter: "", label: series.name, style: .target(0),
                  points: points.map { (Double($0.line), $0.point.value) },
                  intervals: points.map {
                    ($0.point.low ?? $0.point.value, $0.point.high ?? $0.point.value)
                  })
              ])))
      }
      blocks.append(
        .folded(
          "All values",
          [
            .table(
              Table(
                caption: series.name,
                columns: [
                  .number("Line"), .text("Measured"), .number("Value"), .text("Interval"),
                  .text("Decision"), .text("Version"), .text("Machine"),
                ],
                rows: series.points.map { number, point in
                  let line = lines[number - 1]
                  return [
                    .number("\(number)"), .text(line.startedAt),
                    .number(value(point.value, point.unit)), .text(interval(point)),
                    .text(line.decision.label), .text(line.version), .text(line.machine),
                  ]
                }))
          ]))
    }
    var page = HTMLWriter()
    page.head(title: "History – relaymark")
    page.masthead(
      kind: "history", at: lines.last?.startedAt ?? "", status: .measured, sentence: words(lines),
      remarks: [], blocks)
    for block in blocks { page.write(block) }
    page.foot(version: version, file: "history.jsonl")
    return page.text
  }

  private static func words(_ lines: [HistoryLine]) -> String {
    "\(Figure.counted(lines.count, "record")) from \(lines.first?.startedAt ?? "") to"
      + " \(lines.last?.startedAt ?? ""); figures of different machines and versions are not"
      + " comparable."
  }

  private static func value(_ value: Double, _ unit: String) -> String {
    unit == "ratio" ? Figure.percent(value) : Figure.value(value, unit: unit)
  }

  private static func interval(_ point: HistoryLine.Point) -> String {
    guard let low = point.low, let high = point.high else { return "" }
    return "\(value(low, point.unit)) … \(value(high, point.unit))"
  }
}
