import Core

extension ComparisonContent {
  /// Each difference with its interval, in units of its margin: what lies left of 1 is allowed.
  func forest(_ result: ArmComparison, _ index: Int) -> [Block] {
    let rows = result.measures.compactMap { figure -> IntervalChart.Row? in
      guard let delta = figure.delta, let low = figure.low, let high = figure.high,
        let margin = figure.margin, margin > 0, delta.isFinite
      else { return nil }
      return IntervalChart.Row(
        label: figure.name, middle: delta / margin, low: low / margin, high: high / margin,
        style: figure.state.rawValue,
        words: "\(figure.name) \(Self.difference(delta, figure)), from"
          + " \(Self.difference(low, figure)) to \(Self.difference(high, figure)), margin"
          + " \(Self.value(margin, figure)): \(figure.state.outcome.label)")
    }
    guard !rows.isEmpty else { return [] }
    return [
      .intervals(
        IntervalChart(
          id: "forest-\(index + 1)", title: "Differences in units of their margins",
          caption: "Each difference with its interval, as a multiple of its margin: 0 is no"
            + " difference, the line at 1 is the margin.",
          rows: rows, marks: [0, 1], unit: .multiples))
    ]
  }

  /// How much each decile moved.
  func shifts(_ result: ArmComparison, _ index: Int) -> [Block] {
    var blocks: [Block] = []
    for (measure, title) in [("ttft", "first token"), ("added.chunk", "delay added to a chunk")] {
      let rows = result.shifts.filter { $0.measure == measure }.map { shift in
        IntervalChart.Row(
          label: "\(Int((shift.share * 100).rounded())) %", middle: shift.delta, low: shift.low,
          high: shift.high, style: "shift",
          words: "decile \(Int((shift.share * 10).rounded())) \(Figure.duration(shift.delta)), from"
            + " \(Figure.duration(shift.low)) to \(Figure.duration(shift.high))")
      }
      guard !rows.isEmpty else { continue }
      blocks.append(
        .intervals(
          IntervalChart(
            id: "shift-\(measure.replacing(".", with: "-"))-\(index + 1)",
            title: "Shift of \(measure), by decile",
            caption: "Shift function of \(measure) (\(title)): by how much each decile of"
              + " \(result.arm) lies above that of \(result.against). Level rows: the same delay for"
              + " all; rising ones: the slow get slower.",
            rows: rows, marks: [0], unit: .time)))
    }
    return blocks
  }

  /// The distribution functions of the arms over one another.
  var distributions: [Block] {
    var blocks: [Block] = []
    for (measure, title) in [("ttft", "First token"), ("added.chunk", "Delay added to a chunk")] {
      let curves = record.arms.enumerated().compactMap { index, arm -> Curve? in
        guard let figure = arm.measures[measure], figure.n > 0 else { return nil }
        return Curve(
          letter: Content.letter(index), label: arm.name, style: .target(index), measure: figure,
          total: measure == "ttft" ? arm.exchanges.total : figure.n)
      }
      guard !curves.isEmpty else { continue }
      blocks.append(.heading(2, title, anchor: "distribution-\(measure.replacing(".", with: "-"))"))
      blocks.append(
        .curves(
          CurveChart(
            id: "ecdf-\(measure.replacing(".", with: "-"))", title: "\(title): distribution",
            caption: "Share of values up to each time, over all measured turns.", curves: curves,
            axis: .fitting(curves.flatMap { $0.points.map(\.value) }), floorLimit: nil)))
    }
    return blocks
  }

  /// The median of every turn, so that drift is visible.
  var lines: [Block] {
    let measured = record.blocks.filter { $0.pair > 0 }
    let lines = record.arms.enumerated().compactMap { index, arm -> LineChart.Line? in
      let points = measured.filter { $0.arm == arm.name }.compactMap { block in
        block.measures["ttft"].map { (Double(block.pair), $0.p50) }
      }
      guard !points.isEmpty else { return nil }
      return LineChart.Line(
        letter: Content.letter(index), label: arm.name, style: .target(index), points: points)
    }
    guard !lines.isEmpty else { return [] }
    return [
      .heading(2, "Turn by turn", anchor: "turns"),
      .lines(
        LineChart(
          id: "turns", title: "TTFT p50 of every turn",
          caption: "The median first token of every turn, in the order of the pairs. What rises or"
            + " falls for all arms alike is the machine, and drops out of the differences.",
          lines: lines)),
    ]
  }
}
