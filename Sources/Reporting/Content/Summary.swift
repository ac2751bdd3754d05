import Core

extension Content {
  /// How good the instrument was, before anything it says.
  var instrumentBlocks: [Block] {
    let instrument = record.instrument
    var rows: [[Cell]] = []
    for name in Glossary.ordered(instrument.floor.keys) {
      if let measure = instrument.floor[name] {
        rows.append(instrumentRow("Floor of \(name)", name, measure))
      }
    }
    for name in Glossary.ordered(instrument.lateness.keys) {
      if let measure = instrument.lateness[name] {
        rows.append(instrumentRow("Lateness of \(name)", name, measure))
      }
    }
    var blocks: [Block] = [.heading(2, "Instrument", anchor: "instrument")]
    blocks.append(
      .paragraph(
        instrument.fit
          ? "Fit to measure."
            + (instrument.floor.isEmpty
              ? "" : " Anything up to the floor is the instrument itself, not the relay.")
          : "NOT fit to measure during this run: do not rely on the delays below."))
    if rows.isEmpty {
      blocks.append(
        .note("No floor was measured, so small delays cannot be told from the harness."))
    } else {
      blocks.append(
        .table(
          Table(
            caption: "Floor: the same path without a relay, measured by exchanges between those of"
              + " the run. Lateness: the harness's own delay.",
            columns: [
              .text("Quantity"), .number("n"), .number("p50"), .number("p99"),
              .number("max"),
            ],
            rows: rows)))
      if record.machines != nil, !instrument.floor.isEmpty { blocks.append(.note(Self.floorWords)) }
    }
    blocks.append(.note(selfTestWords))
    if !instrument.remarks.isEmpty { blocks.append(.list(instrument.remarks)) }
    return blocks
  }

  private func instrumentRow(_ title: String, _ name: String, _ measure: Measure) -> [Cell] {
    [.text(title), .number(Figure.count(measure.n))]
      + [measure.p50, measure.p99, measure.max].map { quantile($0, measure, name) }
  }

  func quantile(_ value: Double, _ measure: Measure, _ name: String) -> Cell {
    .number(
      measure.n > 0 ? Figure.value(value, unit: measure.unit, measure: name) : Figure.none)
  }

  /// One line per target.
  var summaryBlocks: [Block] {
    let rows = record.targets.indices.map(summaryRow)
    let columns: [Table.Column] = [
      .text("Target"), .number("Streams done"), .number("Failed checks"), .number("TTFT p50"),
      .number("TTFT p99"), .number("Added per chunk p50"), .number("Added per chunk p99"),
      .text("Topology"), .text("Scenario"),
    ]
    var blocks: [Block] = [.heading(2, "Summary", anchor: "summary")]
    blocks.append(
      .table(
        Table(
          caption: "TTFT: request sent until the first visible output. Added per chunk: what the"
            + " relay adds to each event, known only when both ends are ours.",
          columns: columns, rows: rows)))
    for (index, target) in record.targets.enumerated() {
      let notes = resolutionNotes(target)
      if !notes.isEmpty { blocks.append(.list(notes.map { "\(labels[index]): \($0)" })) }
    }
    for (index, target) in record.targets.enumerated() where !target.remarks.isEmpty {
      blocks.append(.list(target.remarks.map { "\(labels[index]): \($0)" }))
    }
    return blocks
  }

  private func summaryRow(_ index: Int) -> [Cell] {
    let target = record.targets[index]
    let total = target.exchanges.total
    let judged = target.verdicts.map(\.verdict) + target.expectations.map(\.outcome)
    let failed = judged.count { $0 == .fail }
    let known = judged.count { $0 != .skip }
    let done = target.exchanges.done
    return [
      cell(index),
      Cell(
        text: "\(Figure.count(done)) / \(Figure.count(total))",
        kind: .alarm(done + target.endedOnPurpose < total),
        hint: done < total && target.endedOnPurpose > 0 ? "broken off on purpose" : ""),
      Cell(
        text: known == 0 ? Figure.none : "\(failed) / \(known)", kind: .alarm(failed > 0)),
      summaryCell(\.p50, "ttft", target), summaryCell(\.p99, "ttft", target),
      summaryCell(\.p50, "added.chunk", target), summaryCell(\.p99, "added.chunk", target),
      .text(target.topology.rawValue), .text(target.scenario.name),
    ]
  }

  private func summaryCell(
    _ value: KeyPath<Measure, Double>, _ name: String, _ target: TargetRecord
  ) -> Cell {
    guard let measure = target.measures[name] else { return .number(Figure.none) }
    var cell = quantile(measure[keyPath: value], measure, name)
    if isUnresolved(value, name, target) {
      cell.hint = "not resolved"
    } else if value == \Measure.p50, let bar = errorBar(name, target) {
      cell.hint = bar
    }
    return cell
  }
}
