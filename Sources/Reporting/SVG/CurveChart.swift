import Core

/// One empirical distribution function: the share of values (of all streams) up to each delay.
struct Curve {
  var letter: String
  var label: String
  var style: Style
  /// Sorted by value; shares rise.
  var points: [(value: Double, share: Double)]
  /// A few words for readers who cannot see the curve.
  var words: String

  enum Style {
    case target(Int)
    case floor
  }

  /// More points than a screen has room for only make the file larger.
  static let pointLimit = 400

  /// The curve of a measure; it ends at n / total, so that streams that never came are missing
  /// from the top instead of being forgotten.
  init(letter: String, label: String, style: Style, measure: Measure, total: Int) {
    self.letter = letter
    self.label = label
    self.style = style
    let reach = total > measure.n && total > 0 ? Double(measure.n) / Double(total) : 1
    if let counted = Samples.curve(measure, limit: Curve.pointLimit) {
      points = counted
    } else if measure.samples.isEmpty {
      points = [
        (measure.min, 0), (measure.p50, 0.5), (measure.p90, 0.9), (measure.p95, 0.95),
        (measure.p99, 0.99), (measure.p999, 0.999), (measure.max, 1),
      ]
    } else {
      let count = measure.samples.count
      points = Samples.indices(count, limit: Curve.pointLimit).map {
        (measure.samples[$0], Double($0 + 1) / Double(count))
      }
    }
    points = points.filter { $0.value.isFinite }.map { ($0.value, $0.share * reach) }
    words =
      "\(label): \(Figure.count(measure.n)) values, median"
      + " \(Figure.value(measure.p50, unit: measure.unit)), p99"
      + " \(Figure.value(measure.p99, unit: measure.unit))"
      + (reach < 1 ? ", \(Figure.percent(1 - reach)) of the streams never got there" : "")
  }

  /// The classes that give the curve its colour and dashes.
  var classes: String {
    switch style {
    case .floor: "curve floor"
    case .target(let index): "curve s\(index % 6)" + (index / 6 % 2 == 1 ? " dashed" : "")
    }
  }
}

/// Distribution functions of several targets over one another.
struct CurveChart {
  var id: String
  var title: String
  var caption: String
  var curves: [Curve]
  var axis: Axis
  /// Shaded from the left edge up to here: what the instrument cannot tell from zero.
  var floorLimit: Double?

  static let plotHeight = 250

  var description: String { curves.map(\.words).joined(separator: "; ") + "." }

  func render() -> String {
    let frame = Frame(
      id: id, kind: "distribution", title: title, description: description,
      plotHeight: CurveChart.plotHeight)
    var svg = SVG()
    frame.open(&svg)
    if let limit = floorLimit, axis.position(limit) > 0 {
      svg.empty(
        "rect",
        [
          "class": "floorband", "x": "0", "y": "0", "width": Frame.percent(axis.position(limit)),
          "height": String(frame.plotHeight),
        ])
    }
    frame.drawAcross(axis, &svg)
    drawShares(frame, &svg)
    frame.openLayer(&svg)
    for curve in curves {
      svg.empty(
        "path",
        ["class": curve.classes, "data-mark": "curve", "d": path(curve, frame.plotHeight)])
      svg.newline()
    }
    svg.close("svg")
    drawLetters(frame, &svg)
    frame.close(&svg)
    return svg.text
  }

  private func drawShares(_ frame: Frame, _ svg: inout SVG) {
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
      let y = Figure.coordinate((1 - share) * Double(frame.plotHeight))
      svg.empty(
        "line",
        ["class": share == 0 ? "base" : "grid", "x1": "0", "x2": "100%", "y1": y, "y2": y])
      svg.element(
        "text", ["class": "tick", "x": "-8", "y": y, "dy": "4", "text-anchor": "end"],
        "\(Int(share * 100)) %")
    }
    svg.newline()
  }

  /// A staircase: at each value the share jumps to its new height.
  private func path(_ curve: Curve, _ height: Int) -> String {
    guard let first = curve.points.first else { return "" }
    var text = "M\(x(first.value)) \(y(0, height))"
    for point in curve.points {
      text += "H\(x(point.value))V\(y(point.share, height))"
    }
    return text
  }

  private func x(_ value: Double) -> String { Figure.coordinate(axis.position(value) * 1000) }

  private func y(_ share: Double, _ height: Int) -> String {
    Figure.coordinate((1 - share) * Double(height))
  }

  /// Each curve carries the letter of its target, at a height of its own; letters that would
  /// still cover one another, because the curves are short and alike, stand side by side.
  private func drawLetters(_ frame: Frame, _ svg: inout SVG) {
    let lettered = curves.filter { !$0.letter.isEmpty }
    var taken: [(x: Double, y: Double, slot: Int)] = []
    for (index, curve) in lettered.enumerated() {
      let wanted = 0.92 - 0.84 * (Double(index) + 0.5) / Double(lettered.count)
      guard let last = curve.points.last else { continue }
      let share = min(wanted, last.share)
      let value = curve.points.first { $0.share >= share }?.value ?? last.value
      let x = axis.position(value)
      let height = (1 - share) * Double(frame.plotHeight)
      var slot = 0
      while taken.contains(where: {
        $0.slot == slot && abs($0.y - height) < 14 && abs($0.x - x) < 0.06
      }) { slot += 1 }
      taken.append((x, height, slot))
      let shift = CurveChart.letterWidth * Double(slot) + 9
      svg.element(
        "text",
        [
          "class": "letter " + curve.classes.replacing("curve", with: "t"),
          "x": Frame.percent(x), "y": Figure.coordinate(height),
          "dx": Figure.coordinate(x > 0.5 ? -shift : shift), "dy": "4", "text-anchor": "middle",
        ], curve.letter)
    }
  }

  private static let letterWidth = 15.0
}
