/// Points with intervals in both directions, and lines, on two axes with units of their own: what a
/// relay costs against what it adds, or a cost against a volume.
struct PlaneChart {
  struct Point {
    var letter: String
    var label: String
    var x: Double
    var y: Double
    var xInterval: (low: Double, high: Double)
    var yInterval: (low: Double, high: Double)
    var index: Int
    /// Whether no other is better in both.
    var isBest: Bool
    var words: String
  }

  struct Line {
    var letter: String
    var label: String
    var points: [(x: Double, y: Double)]
    /// The class of its path.
    var style: String
  }

  enum Unit {
    /// Nanoseconds.
    case time
    case share
    case money(String)
    /// On a logarithmic axis.
    case tokens

    func label(_ value: Double) -> String {
      switch self {
      case .time: value < 0 ? "−" + Figure.tick(-value) : Figure.tick(value)
      case .share: MarkupWords.short(value * 100) + " %"
      case .money: MarkupWords.short(value)
      case .tokens: MarkupWords.volume(value)
      }
    }
  }

  var id: String
  var title: String
  var caption: String
  var across: (name: String, unit: Unit)
  var up: (name: String, unit: Unit)
  var points: [Point] = []
  var lines: [Line] = []
  /// A place on the axis across that matters, with its name.
  var mark: (x: Double, name: String)?

  private static let plotHeight = 260

  var description: String {
    let words =
      points.map(\.words)
      + lines.map { line in
        guard let first = line.points.first, let last = line.points.last else { return line.label }
        return "\(line.label): \(up.unit.label(first.y)) at \(across.unit.label(first.x)),"
          + " \(up.unit.label(last.y)) at \(across.unit.label(last.x))"
      }
    let place = mark.map { "; \($0.name) at \(across.unit.label($0.x))" } ?? ""
    return "\(up.name) over \(across.name): " + words.joined(separator: "; ") + place + "."
  }

  func render() -> String {
    var frame = Frame(
      id: id, kind: "plane", title: title, description: description, plotHeight: Self.plotHeight)
    frame.left = 64
    frame.bottom = 44
    var svg = SVG()
    frame.open(&svg)
    let x = xAxis
    let y = yAxis
    draw(x, y, frame, &svg)
    for line in lines { draw(line, x, y, &svg) }
    drawFront(x, y, &svg)
    let letters = letterPlaces(x, y)
    for (index, point) in points.enumerated() { draw(point, x, y, letters[index], &svg) }
    frame.close(&svg)
    return svg.text
  }

  // MARK: Axes

  private var xAxis: Axis {
    let values =
      points.flatMap { [$0.x, $0.xInterval.low, $0.xInterval.high] }
      + lines.flatMap { $0.points.map(\.x) }
    if case .tokens = across.unit {
      return .logarithmic(from: values.min() ?? 1, to: values.max() ?? 10)
    }
    return Self.linear(values + [0], least: 1_000)
  }

  private var yAxis: Axis {
    let values =
      points.flatMap { [$0.y, $0.yInterval.low, $0.yInterval.high] }
      + lines.flatMap { $0.points.map(\.y) }
    return Self.linear(values + [0], least: 0.01)
  }

  /// With room on both sides, zero within.
  private static func linear(_ values: [Double], least: Double) -> Axis {
    let finite = values.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    let room = max((high - low) * 0.08, least)
    return .linear(from: low < 0 ? low - room : 0, to: high + room)
  }

  private func draw(_ x: Axis, _ y: Axis, _ frame: Frame, _ svg: inout SVG) {
    for tick in x.ticks {
      let place = Frame.percent(x.position(tick.value))
      let minor = tick.minor ? " minor" : ""
      svg.empty(
        "line",
        [
          "class": "grid" + minor, "x1": place, "x2": place, "y1": "0",
          "y2": String(frame.plotHeight),
        ])
      svg.element(
        "text",
        [
          "class": "tick" + minor, "x": place, "y": String(frame.plotHeight + 18),
          "text-anchor": "middle",
        ], across.unit.label(tick.value))
    }
    for tick in y.ticks {
      let place = Self.down(y, tick.value)
      svg.empty(
        "line",
        [
          "class": tick.value == 0 ? "base" : "grid", "x1": "0", "x2": "100%", "y1": place,
          "y2": place,
        ])
      svg.element(
        "text", ["class": "tick", "x": "-8", "y": place, "dy": "4", "text-anchor": "end"],
        up.unit.label(tick.value))
    }
    if let mark, x.low < mark.x, mark.x < x.high {
      let place = Frame.percent(x.position(mark.x))
      svg.empty(
        "line",
        ["class": "margin", "x1": place, "x2": place, "y1": "0", "y2": String(frame.plotHeight)])
    }
    svg.element(
      "text",
      ["class": "tick", "x": "100%", "y": String(frame.plotHeight + 36), "text-anchor": "end"],
      across.name + " →")
    svg.newline()
  }

  private static func down(_ axis: Axis, _ value: Double) -> String {
    Figure.coordinate((1 - axis.position(value)) * Double(plotHeight))
  }

  // MARK: What stands on them

  private func draw(_ line: Line, _ x: Axis, _ y: Axis, _ svg: inout SVG) {
    path(line.points, line.style, x, y, &svg)
  }

  private func path(
    _ points: [(x: Double, y: Double)], _ style: String, _ x: Axis, _ y: Axis, _ svg: inout SVG
  ) {
    svg.open(
      "svg",
      [
        "viewBox": "0 0 1000 \(Self.plotHeight)", "preserveAspectRatio": "none", "width": "100%",
        "height": String(Self.plotHeight), "overflow": "visible",
      ])
    var data = ""
    for point in points where point.x.isFinite && point.y.isFinite {
      let across = Figure.coordinate(x.position(point.x) * 1_000)
      data += "\(data.isEmpty ? "M" : "L")\(across) \(Self.down(y, point.y))"
    }
    svg.empty("path", ["class": style, "data-mark": "curve", "d": data])
    svg.close("svg")
    svg.newline()
  }

  /// The best ones joined as stairs: what is above and to the right of them is worse.
  private func drawFront(_ x: Axis, _ y: Axis, _ svg: inout SVG) {
    let best = points.filter(\.isBest).sorted { ($0.x, -$0.y) < ($1.x, -$1.y) }
    guard best.count > 1 else { return }
    var stairs: [(x: Double, y: Double)] = []
    for point in best {
      if let last = stairs.last { stairs.append((point.x, last.y)) }
      stairs.append((point.x, point.y))
    }
    path(stairs, "curve floor", x, y, &svg)
  }

  /// Where each point's letter stands beside it, so that none covers another even on a phone.
  private func letterPlaces(_ x: Axis, _ y: Axis) -> [(dx: Int, dy: Int)] {
    let narrow = 250.0
    let places = points.map { point in
      (x.position(point.x) * narrow, (1 - y.position(point.y)) * Double(Self.plotHeight))
    }
    var taken: [(x: Double, y: Double)] = []
    return places.map { place in
      var offsets = [(16, -8), (16, 16), (-16, -8), (-16, 16)]
      for step in 2...6 { offsets += [(16, -8 - 14 * step), (16, 16 + 14 * step)] }
      let free = offsets.first { offset in
        let at = (x: place.0 + Double(offset.0), y: place.1 + Double(offset.1))
        let isClear = taken.allSatisfy { abs($0.x - at.x) > 16 || abs($0.y - at.y) > 15 }
        let isOff = places.allSatisfy { abs($0.0 - at.x) > 12 || abs($0.1 - at.y + 4) > 12 }
        return isClear && isOff && at.x > 0 && at.x < narrow + 16
      }
      let chosen = free ?? offsets[0]
      taken.append((place.0 + Double(chosen.0), place.1 + Double(chosen.1)))
      return chosen
    }
  }

  private func draw(
    _ point: Point, _ x: Axis, _ y: Axis, _ letter: (dx: Int, dy: Int), _ svg: inout SVG
  ) {
    let style = "s\(point.index % 6)"
    func across(_ value: Double) -> String { Frame.percent(x.position(value)) }
    let (px, py) = (across(point.x), Self.down(y, point.y))
    // The interval of nothing would be a dot on the dot.
    if point.xInterval.low < point.xInterval.high {
      svg.empty(
        "line",
        [
          "class": "interval", "x1": across(point.xInterval.low),
          "x2": across(point.xInterval.high), "y1": py, "y2": py,
        ])
    }
    if point.yInterval.low < point.yInterval.high {
      svg.empty(
        "line",
        [
          "class": "interval", "x1": px, "x2": px, "y1": Self.down(y, point.yInterval.low),
          "y2": Self.down(y, point.yInterval.high),
        ])
    }
    svg.empty(
      "circle",
      ["class": "letter \(style)", "data-mark": "point", "cx": px, "cy": py, "r": "6"])
    if point.isBest {
      svg.empty(
        "circle",
        ["class": style, "fill": "none", "stroke-width": "2", "cx": px, "cy": py, "r": "10"])
    }
    svg.element(
      "text",
      [
        "class": "letter \(style)", "x": px, "y": py, "dx": String(letter.dx),
        "dy": String(letter.dy),
        "text-anchor": "middle",
      ], point.letter)
    svg.newline()
  }
}
