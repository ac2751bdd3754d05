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
      blocks += resolutionNotes(target).map { .note($0) }
      blocks += turnBlocks(target)
      if let tokens = Self.tokens(target) { blocks.append(.note(tokens)) }
      if let goodput = target.goodput { blocks.append(.note(Self.words(goodput))) }
      if let usage = target.usage { blocks.append(.note(words(usage, target))) }
    }
    return blocks
  }

  private func percentiles(_ target: TargetRecord) -> Table {
    let hasBars = target.measures.keys.contains { errorBar($0, target) != nil }
    let rows = Glossary.ordered(target.measures.keys).flatMap { name -> [[Cell]] in
      guard let measure = target.measures[name] else { return [] }
      let cells = Self.quantiles.map { figure in
        var cell = quantile(measure[keyPath: figure.value], measure, name)
        if isUnresolved(figure.value, name, target) { cell.hint = "not resolved" }
        return cell
      }
      let storage = measure.storage == "exact" ? "" : measure.storage
      let row =
        [Cell(text: name, kind: .code, hint: storage), .number(Figure.count(measure.n))] + cells
        + (hasBars ? [.number(errorBar(name, target) ?? "")] : [])
      guard let floor = floor(name, target) else { return [row] }
      let below =
        [.text("its floor"), .number(Figure.count(floor.n))]
        + Self.quantiles.map { quantile(floor[keyPath: $0.value], floor, name) }
        + (hasBars ? [.number("")] : [])
      return [row, below]
    }
    return Table(
      caption: "Measures",
      columns: [
        .text("Measure"), .number("n"), .number("p50"), .number("p90"), .number("p95"),
        .number("p99"), .number("p99.9"), .number("max"),
      ] + (hasBars ? [.number("± error")] : []),
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
