import Core

extension Content {
  /// All measures of each target.
  var percentileBlocks: [Block] {
    var blocks: [Block] = [.heading(2, "Percentiles", anchor: "percentiles")]
    blocks.append(
      .note(
        "Quantiles are nearest-rank over the values of streams that could be measured; a stream"
          + " that failed has its own count below and is never mixed in. A p99 of fewer than 100"
          + " values, and a p99.9 of fewer than 1,000, is the maximum."))
    for (index, target) in record.targets.enumerated() {
      blocks += heading("percentiles", index)
      if target.measures.isEmpty {
        blocks.append(.note("No measure was taken on this target."))
        continue
      }
      blocks.append(.table(percentiles(target)))
      let storages = Content.unique(target.measures.values.map(\.storage)).filter { $0 != "exact" }
      if !storages.isEmpty {
        blocks.append(
          .note("Values marked histogram are exact to 0.1 % of their size."))
      }
      if isBelowFloor("added.chunk", target) || isBelowFloor("added.ttft", target) {
        blocks.append(
          .note(
            "≤ floor: half of these delays are not above the p99 of the instrument's own, so the"
              + " figure says \"not measurably more\", not how much."))
      }
      if let goodput = target.goodput { blocks.append(.note(Self.words(goodput))) }
      if let usage = target.usage { blocks.append(.note(words(usage, target))) }
    }
    return blocks
  }

  private func percentiles(_ target: TargetRecord) -> Table {
    let rows = Glossary.ordered(target.measures.keys).compactMap { name -> [Cell]? in
      guard let measure = target.measures[name] else { return nil }
      let values = [
        measure.p50, measure.p90, measure.p95, measure.p99, measure.p999, measure.max,
      ]
      var cells = values.map { quantile($0, measure, name) }
      if isBelowFloor(name, target) { cells[0].hint = "≤ floor" }
      let storage = measure.storage == "exact" ? "" : measure.storage
      return [
        Cell(text: name, kind: .code, hint: storage), .number(Figure.count(measure.n)),
      ] + cells
    }
    return Table(
      caption: "Measures",
      columns: [
        .text("Measure"), .number("n"), .number("p50"), .number("p90"), .number("p95"),
        .number("p99"), .number("p99.9"), .number("max"),
      ],
      rows: rows)
  }

  /// One sentence, for every format.
  static func words(_ goodput: TargetRecord.Goodput) -> String {
    let share = goodput.total > 0 ? Double(goodput.met) / Double(goodput.total) : 0
    return "Goodput: \(Figure.count(goodput.met)) of \(Figure.counted(goodput.total, "stream"))"
      + " (\(Figure.value(share, unit: "ratio", measure: "coalesced")),"
      + " \(Figure.value(goodput.perSecond, unit: "per-second", measure: "rate"))) met"
      + " \(goodput.objectives.joined(separator: " and "))."
  }

  private func words(_ usage: TargetRecord.UsageFacts, _ target: TargetRecord) -> String {
    "Usage was reported by \(Figure.count(usage.reported)) of"
      + " \(Figure.counted(target.exchanges.done, "stream")) that ended as done:"
      + " \(Figure.counted(usage.prompt, "prompt token")) and"
      + " \(Figure.counted(usage.completion, "completion token")) in all."
  }
}
