import Core

extension Content {
  /// Rows of a stream picture that are shown at once; more of them are folded.
  private static let rowsShown = 8

  /// The distribution of TTFT, one chart per scenario, and of the delay added to each chunk.
  var curveBlocks: [Block] {
    var blocks: [Block] = [.heading(2, "Time to first token", anchor: "ttft")]
    let ttft = curves(of: "ttft", id: "ttft", titled: "Time to first token")
    let explained = Block.note(
      "How many of the streams had shown their first output by then. A curve that stays below"
        + " 100 % is missing streams that never did; higher and further left is better.")
    blocks += ttft.isEmpty ? [.note("No stream showed any output.")] : [explained] + ttft
    blocks.append(.heading(2, "Added delay per chunk", anchor: "added"))
    let added = curves(of: "added.chunk", id: "added", titled: "Delay added to each chunk")
    guard !added.isEmpty else {
      return blocks + [
        .note("Not known: it needs the provider's side of the streams as well (two-sided).")
      ]
    }
    blocks.append(
      .note(
        "Share of chunks that were delayed by no more than this, on a logarithmic axis. A steep"
          + " curve near the floor is a relay that passes chunks on at once; a curve that"
          + " leans to the right is one that holds them back."))
    return blocks + added
  }

  private func curves(of name: String, id: String, titled title: String) -> [Block] {
    let scenarios = Content.unique(record.targets.map(\.scenario.name))
    return scenarios.enumerated().compactMap { place, scenario in
      chart(
        of: name, id: "\(id)-chart-\(place + 1)",
        titled: scenarios.count > 1 ? "\(title), scenario \(scenario)" : title,
        scenario: scenario)
    }
  }

  private func chart(
    of name: String, id: String, titled title: String, scenario: String
  ) -> Block? {
    var curves: [Curve] = []
    for (index, target) in record.targets.enumerated() where target.scenario.name == scenario {
      guard let measure = target.measures[name], measure.n > 0 else { continue }
      curves.append(
        Curve(
          letter: Content.letter(index), label: labels[index], style: .target(index),
          measure: measure, total: name == "ttft" ? target.exchanges.total : measure.n))
    }
    guard !curves.isEmpty else { return nil }
    let floor = record.instrument.floor[name].flatMap { $0.n > 0 ? $0 : nil }
    if let floor {
      curves.append(
        Curve(
          letter: "", label: "floor of the instrument", style: .floor, measure: floor,
          total: floor.n))
    }
    let values = curves.flatMap { $0.points.map(\.value) }
    let axis =
      name == "added.chunk"
      ? Axis.logarithmic(from: max(1_000, values.min() ?? 0), to: values.max() ?? 0)
      : Axis.fitting(values)
    let what = name == "ttft" ? "Share of the streams" : "Share of the chunks"
    let caption =
      "\(what), by \(title.prefix(1).lowercased() + title.dropFirst())"
      + (axis.logarithmic ? " (logarithmic axis)" : "")
    let shaded = floor == nil ? "" : " Shaded: up to the p99 of the instrument's own floor."
    return .curves(
      CurveChart(
        id: id, title: title, caption: caption + "." + shaded, curves: curves, axis: axis,
        floorLimit: floor?.p99))
  }

  /// The picture that shows buffering at a glance.
  var streamBlocks: [Block] {
    var blocks: [Block] = [.heading(2, "Stream by stream", anchor: "streams")]
    if record.targets.contains(where: { !$0.streams.isEmpty }) {
      blocks.append(
        .note(
          "Upper ticks: the provider writes a chunk. Lower ticks: the client gets it. Upright joins"
            + " are a stream; a fan that closes on the right is a reply that was held back and"
            + " poured out. Time runs from the request. ✓ ended as done, ✗ ended otherwise."))
    }
    for (index, target) in record.targets.enumerated() {
      blocks += heading("streams", index)
      guard !target.streams.isEmpty else {
        blocks.append(.note("No stream of this target was recorded."))
        continue
      }
      if target.streams.allSatisfy(\.writes.isEmpty) {
        blocks.append(.note("Only arrivals: the provider's side was not ours to see."))
      }
      let chosen = Content.shown(target.streams)
      blocks.append(.streams(pictures(chosen.shown, index, part: 1)))
      if !chosen.rest.isEmpty {
        blocks.append(
          .folded(
            "\(Figure.counted(chosen.rest.count, "more recorded stream"))",
            [.streams(pictures(chosen.rest, index, part: 2))]))
      }
    }
    return blocks
  }

  private func pictures(_ streams: [StreamRecord], _ index: Int, part: Int) -> StreamChart {
    StreamChart(
      id: "streams-chart-\(index + 1)-\(part)",
      title: "Writes and arrivals of chunks, \(labels[index])"
        + (part > 1 ? ", more streams" : ""),
      streams: streams)
  }

  /// The streams drawn at once: those that went wrong, filled up with others, in their order.
  private static func shown(
    _ streams: [StreamRecord]
  ) -> (shown: [StreamRecord], rest: [StreamRecord]) {
    guard streams.count > rowsShown else { return (streams, []) }
    let wrong = streams.indices.filter { streams[$0].end != .done }.prefix(rowsShown - 2)
    let right = streams.indices.filter { streams[$0].end == .done }
    let others = streams.indices.filter { streams[$0].end != .done }.dropFirst(wrong.count)
    let chosen = Set(wrong + (right + others).prefix(rowsShown - wrong.count))
    return (
      streams.indices.filter(chosen.contains).map { streams[$0] },
      streams.indices.filter { !chosen.contains($0) }.map { streams[$0] }
    )
  }
}
