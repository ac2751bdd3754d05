import Core

/// What both sides of a relay saw of one exchange, as lanes on one clock: what the provider wrote,
/// what the client got, and the same without the relay.
struct WireChart {
  var id: String
  var title: String
  var lanes: [Lane]

  struct Lane {
    var label: String
    var marks: [Nanoseconds]
    /// `write` or `arrival`, as in the other charts.
    var style: String
    /// How and when it ended; nil for a provider's.
    var end: (words: String, at: Nanoseconds, isDone: Bool)?
  }

  private static let tall = 46

  init(id: String, title: String, evidence: ConformanceEvidence) {
    self.id = id
    self.title = title
    let (relayed, direct) = (evidence.relayed, evidence.direct)
    lanes = []
    if !relayed.writes.isEmpty {
      lanes.append(
        Lane(label: "provider writes", marks: relayed.writes.map(\.atNs), style: "write"))
    }
    lanes.append(Self.arrivals("relayed", relayed))
    if let direct { lanes.append(Self.arrivals("direct", direct)) }
  }

  private static func arrivals(_ label: String, _ log: WireLog) -> Lane {
    // A stream is answered with 200 unless something else is said.
    let words = log.status == 200 ? log.end : "\(log.status) \(log.end)"
    return Lane(
      label: label, marks: log.reads.map(\.atNs), style: "arrival",
      end: (words, log.endNs, log.end == EndCondition.done.rawValue))
  }

  var description: String {
    lanes.map { lane in
      let end = lane.end.map { ", \($0.words) after \($0.at)" } ?? ""
      return "\(lane.label): \(Figure.counted(lane.marks.count, "time"))\(end)"
    }.joined(separator: "; ") + "."
  }

  func render() -> String {
    let marks = lanes.flatMap { $0.marks + ($0.end.map { [$0.at] } ?? []) }
    let axis = Axis.linear(to: Double(marks.max()?.count ?? 1) * 1.02)
    let frame = Frame(
      id: id, kind: "wire", title: title, description: description, left: 8,
      plotHeight: lanes.count * Self.tall)
    var svg = SVG()
    frame.open(&svg)
    frame.drawAcross(axis, &svg)
    frame.openLayer(&svg)
    for (index, lane) in lanes.enumerated() { draw(lane, Double(index * Self.tall), axis, &svg) }
    svg.close("svg")
    for (index, lane) in lanes.enumerated() { label(lane, index * Self.tall, axis, &svg) }
    frame.close(&svg)
    return svg.text
  }

  private func draw(_ lane: Lane, _ top: Double, _ axis: Axis, _ svg: inout SVG) {
    var strokes = ""
    for index in Samples.indices(lane.marks.count, limit: StreamChart.marksPerRow) {
      let x = Figure.coordinate(axis.position(Double(lane.marks[index].count)) * 1000)
      strokes += "M\(x) \(Figure.coordinate(top + 20))v16"
    }
    if !strokes.isEmpty {
      svg.empty("path", ["class": lane.style, "data-mark": lane.style, "d": strokes])
    }
    let last = lane.end?.at ?? lane.marks.last ?? .zero
    let x = Figure.coordinate(axis.position(Double(last.count)) * 1000)
    svg.empty("path", ["class": "life", "d": "M0 \(Figure.coordinate(top + 36))H\(x)"])
    svg.newline()
  }

  private func label(_ lane: Lane, _ top: Int, _ axis: Axis, _ svg: inout SVG) {
    svg.element("text", ["class": "tick", "x": "0", "y": String(top + 14)], lane.label)
    guard let end = lane.end else { return }
    let place = axis.position(Double(end.at.count))
    svg.empty(
      "line",
      [
        "class": end.isDone ? "end" : "end bad", "x1": Frame.percent(place),
        "x2": Frame.percent(place), "y1": String(top + 18), "y2": String(top + 40),
      ])
    svg.element(
      "text",
      [
        "class": end.isDone ? "sign" : "sign bad", "x": "100%", "y": String(top + 14),
        "text-anchor": "end",
      ], "\(end.isDone ? "✓" : "✗") \(end.words), \(end.at)")
  }
}
