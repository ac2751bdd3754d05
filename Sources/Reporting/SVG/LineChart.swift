/// Values in their order, one line for each arm or measure.
struct LineChart {
  struct Line {
    var letter: String
    var label: String
    var style: Curve.Style
    /// Place and value, places ascending.
    var points: [(Double, Double)]
    /// An interval at each point; empty for none.
    var intervals: [(low: Double, high: Double)] = []

    var classes: String {
      switch style {
      case .floor: "curve floor"
      case .target(let index): "curve s\(index % 6)" + (index / 6 % 2 == 1 ? " dashed" : "")
      }
    }
  }

  var id: String
  var title: String
  var caption: String
  var lines: [Line]

  private static let plotHeight = 180

  var description: String {
    lines.map { line in
      let values = line.points.map(\.1).filter(\.isFinite)
      guard let low = values.min(), let high = values.max() else { return "\(line.label): nothing" }
      return "\(line.label): \(Figure.counted(values.count, "value")) between"
        + " \(Figure.duration(low)) and \(Figure.duration(high))"
    }.joined(separator: "; ") + "."
  }

  func render() -> String {
    var frame = Frame(
      id: id, kind: "lines", title: title, description: description, plotHeight: Self.plotHeight)
    frame.left = 64
    var svg = SVG()
    frame.open(&svg)
    let values = lines.flatMap { line in
      line.points.map(\.1) + line.intervals.flatMap { [$0.low, $0.high] }
    }.filter(\.isFinite)
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    let room = max((high - low) * 0.1, 1)
    let axis = Axis.linear(from: max(0, low - room), to: high + room)
    for tick in axis.ticks {
      let y = Figure.coordinate((1 - axis.position(tick.value)) * Double(frame.plotHeight))
      svg.empty("line", ["class": "grid", "x1": "0", "x2": "100%", "y1": y, "y2": y])
      svg.element(
        "text", ["class": "tick", "x": "-8", "y": y, "dy": "4", "text-anchor": "end"], tick.label)
    }
    let last = lines.flatMap { $0.points.map(\.0) }.max() ?? 1
    drawPlaces(frame, last, &svg)
    frame.openLayer(&svg)
    for line in lines { draw(line, axis, last, &svg) }
    svg.close("svg")
    frame.close(&svg)
    return svg.text
  }

  private func drawPlaces(_ frame: Frame, _ last: Double, _ svg: inout SVG) {
    let step = max(1, (last / 10).rounded(.up))
    for place in stride(from: step, through: last, by: step) {
      svg.element(
        "text",
        [
          "class": "tick", "x": Frame.percent(Self.across(place, last)),
          "y": String(frame.plotHeight + 18), "text-anchor": "middle",
        ], "\(Int(place))")
    }
    svg.newline()
  }

  private static func across(_ place: Double, _ last: Double) -> Double {
    last > 1 ? (place - 1) / (last - 1) : 0.5
  }

  private func draw(_ line: Line, _ axis: Axis, _ last: Double, _ svg: inout SVG) {
    func x(_ place: Double) -> String { Figure.coordinate(Self.across(place, last) * 1_000) }
    func y(_ value: Double) -> String {
      Figure.coordinate((1 - axis.position(value)) * Double(Self.plotHeight))
    }
    var path = ""
    for (place, value) in line.points where value.isFinite {
      path += "\(path.isEmpty ? "M" : "L")\(x(place)) \(y(value))"
    }
    if line.points.count == 1 { path += "h4" }
    svg.empty("path", ["class": line.classes, "data-mark": "curve", "d": path])
    var bars = ""
    for ((place, _), interval) in zip(line.points, line.intervals)
    where interval.low.isFinite && interval.high.isFinite {
      bars += "M\(x(place)) \(y(interval.low))V\(y(interval.high))"
    }
    if !bars.isEmpty { svg.empty("path", ["class": line.classes + " bar", "d": bars]) }
    svg.newline()
  }
}
