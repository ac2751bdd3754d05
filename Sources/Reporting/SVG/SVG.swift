/// Writes SVG text; every attribute and every text is escaped here and nowhere else.
struct SVG {
  private(set) var text = ""

  mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    start(name, attributes)
    text += ">"
  }

  mutating func close(_ name: String) { text += "</\(name)>" }

  mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    start(name, attributes)
    text += "/>"
  }

  mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String
  ) {
    start(name, attributes)
    text += ">" + Escaping.html(content) + "</\(name)>"
  }

  mutating func newline() { text += "\n" }

  private mutating func start(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    text += "<" + name
    for (key, value) in attributes { text += " \(key)=\"\(Escaping.html(value))\"" }
  }
}

/// The frame that all charts share: lengths down are pixels, lengths across are shares of the
/// width, so that text keeps its size on any screen while the curves stretch.
struct Frame {
  var id: String
  var kind: String
  var title: String
  var description: String
  /// Room for axis labels around the plot, in pixels.
  var left = 50
  var right = 28
  var top = 12
  var bottom = 26
  var plotHeight: Int

  var height: Int { top + plotHeight + bottom }

  /// Opens the chart. The room for labels is padding, so that the viewport, and with it every
  /// per cent, is the plot alone; labels stand in the padding.
  func open(_ svg: inout SVG) {
    svg.open(
      "svg",
      [
        "data-chart": kind, "class": "chart", "role": "img", "width": "100%",
        "height": String(height), "aria-labelledby": "\(id)-title \(id)-desc",
        "style": "padding:\(top)px \(right)px \(bottom)px \(left)px",
      ])
    svg.element("title", ["id": "\(id)-title"], title)
    svg.element("desc", ["id": "\(id)-desc"], description)
    svg.newline()
  }

  func close(_ svg: inout SVG) {
    svg.close("svg")
    svg.newline()
  }

  /// Opens a layer 1,000 units wide and as many high as the plot has pixels.
  func openLayer(_ svg: inout SVG) {
    svg.open(
      "svg",
      [
        "viewBox": "0 0 1000 \(plotHeight)", "preserveAspectRatio": "none", "width": "100%",
        "height": String(plotHeight), "overflow": "visible",
      ])
  }

  /// Vertical grid lines with their labels under the plot.
  func drawAcross(_ axis: Axis, _ svg: inout SVG) {
    for tick in axis.ticks {
      let x = Frame.percent(axis.position(tick.value))
      let grade = tick.minor ? "grid minor" : "grid"
      svg.empty("line", ["class": grade, "x1": x, "x2": x, "y1": "0", "y2": String(plotHeight)])
      svg.element(
        "text",
        [
          "class": tick.minor ? "tick minor" : "tick", "x": x, "y": String(plotHeight + 18),
          "text-anchor": "middle",
        ], tick.label)
    }
    svg.newline()
  }

  static func percent(_ share: Double) -> String { Figure.coordinate(share * 100) + "%" }
}
