/// Rows of a middle and its interval on one axis: a forest plot, or a shift function.
struct IntervalChart {
  struct Row {
    var label: String
    var middle: Double
    /// May be infinite: drawn to the edge.
    var low: Double
    var high: Double
    /// The class that colours it: `pass`, `fail`, `inconclusive`, `shift`.
    var style: String
    var words: String
  }

  enum Unit {
    case time
    /// Multiples of a margin.
    case multiples
  }

  var id: String
  var title: String
  var caption: String
  var rows: [Row]
  /// Where lines stand that matter: no difference, the margin.
  var marks: [Double]
  var unit: Unit

  /// Whether a table beside it says the same.
  var isTabled: Bool { unit == .multiples }

  private static let rowHeight = 26
  /// Beyond so many margins nobody asks how far.
  private static let furthest = 6.0

  var description: String { rows.map(\.words).joined(separator: "; ") + "." }

  /// A symmetric frame around what is finite, the marks within.
  private var range: (low: Double, high: Double) {
    let ends = rows.flatMap { [$0.low, $0.middle, $0.high] }.filter(\.isFinite) + marks
    var low = ends.min() ?? 0
    var high = ends.max() ?? 1
    if unit == .multiples {
      low = max(low, -Self.furthest)
      high = min(high, Self.furthest)
    }
    let room = max((high - low) * 0.05, unit == .multiples ? 0.1 : 1_000)
    return (low - room, high + room)
  }

  func render() -> String {
    var frame = Frame(
      id: id, kind: "intervals", title: title, description: description,
      plotHeight: Self.rowHeight * rows.count)
    frame.left = 140
    var svg = SVG()
    frame.open(&svg)
    let (low, high) = range
    func x(_ value: Double) -> String {
      Frame.percent(min(1, max(0, (value - low) / (high - low))))
    }
    drawAxis(frame, low, high, x, &svg)
    for (number, row) in rows.enumerated() {
      let y = Self.rowHeight * number + Self.rowHeight / 2
      svg.element(
        "text", ["class": "tick", "x": "-8", "y": String(y), "dy": "4", "text-anchor": "end"],
        row.label)
      svg.empty(
        "line",
        [
          "class": "interval \(row.style)", "x1": x(row.low), "x2": x(row.high), "y1": String(y),
          "y2": String(y),
        ])
      if (low...high).contains(row.middle) {
        svg.empty(
          "circle",
          [
            "class": "middle \(row.style)", "data-mark": "interval", "cx": x(row.middle),
            "cy": String(y), "r": "4",
          ])
      } else {
        let reaches = row.low < high && row.high > low
        drawOutside(row, at: y, isBelow: row.middle < low, reaches: reaches, &svg)
      }
      svg.newline()
    }
    frame.close(&svg)
    return svg.text
  }

  /// How far off a middle is that has no place on the axis, beside an arrow to where it would be; above
  /// the line of an interval that reaches into the picture.
  private func drawOutside(
    _ row: Row, at y: Int, isBelow: Bool, reaches: Bool, _ svg: inout SVG
  ) {
    let far = unit == .time ? Figure.tick(row.middle) : "\(Figure.significant(row.middle))×"
    svg.element(
      "text",
      [
        "class": "middle \(row.style)", "x": isBelow ? "0" : "100%", "y": String(y),
        "dy": reaches ? "-3" : "4", "text-anchor": isBelow ? "start" : "end",
      ], isBelow ? "← \(far)" : "\(far) →")
  }

  private func drawAxis(
    _ frame: Frame, _ low: Double, _ high: Double, _ x: (Double) -> String, _ svg: inout SVG
  ) {
    let axis = Axis.linear(from: low, to: high)
    for tick in axis.ticks {
      let label = unit == .time ? Figure.tick(tick.value) : "\(Figure.significant(tick.value))×"
      svg.empty(
        "line",
        [
          "class": tick.minor ? "grid minor" : "grid", "x1": x(tick.value), "x2": x(tick.value),
          "y1": "0", "y2": String(frame.plotHeight),
        ])
      svg.element(
        "text",
        [
          "class": tick.minor ? "tick minor" : "tick", "x": x(tick.value),
          "y": String(frame.plotHeight + 18), "text-anchor": "middle",
        ], label)
    }
    for mark in marks {
      svg.empty(
        "line",
        [
          "class": mark == 0 ? "base" : "margin", "x1": x(mark), "x2": x(mark), "y1": "0",
          "y2": String(frame.plotHeight),
        ])
    }
    svg.newline()
  }
}
