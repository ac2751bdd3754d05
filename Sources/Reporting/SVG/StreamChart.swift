import Core

/// One row per stream: chunk writes (upper ticks), chunk arrivals (lower ticks), lines that join
/// write i to arrival i, and the end of the stream. A relay that streams shows upright lines, one
/// that buffers a fan that closes at the right.
struct StreamChart {
  var id: String
  var title: String
  var streams: [StreamRecord]

  /// Beyond this a row is a solid bar anyway.
  static let marksPerRow = 400

  private static let tall = 10.0
  private static let fan = 14.0
  /// The height of a row: two rows of ticks, the fan, and a gap; a line of text if it did not end
  /// as done.
  private static let plain = 46
  private static let noted = 62

  init(id: String, title: String, streams: [StreamRecord]) {
    self.id = id
    self.title = title
    self.streams = streams
  }

  private func height(_ stream: StreamRecord) -> Int {
    stream.end == .done ? StreamChart.plain : StreamChart.noted
  }

  /// From the request to the last mark; ends far beyond it are only pointed at.
  static func axis(_ streams: [StreamRecord]) -> Axis {
    var marks = 0.0
    var ends = 0.0
    for stream in streams {
      let last = max(stream.writes.max() ?? .zero, stream.arrivals.max() ?? .zero)
      marks = max(marks, Double(last.count))
      ends = max(ends, Double(stream.e2e.count))
    }
    if marks <= 0 { return .linear(to: max(ends, 1) * 1.02) }
    return .linear(to: (ends <= 1.6 * marks ? max(ends, marks) : marks * 1.2) * 1.02)
  }

  /// False when the provider's side is unknown.
  var showsWrites: Bool { streams.contains { !$0.writes.isEmpty } }

  var description: String {
    let done = streams.count { $0.end == .done }
    let fans = streams.compactMap(StreamChart.spread)
    let middle = fans.sorted()[safe: fans.count / 2]
    return "\(Figure.counted(streams.count, "stream")), \(done) of them done."
      + (middle.map {
        " In the median stream the arrivals take \(Figure.percent($0)) of the time that the"
          + " writes took."
      } ?? "")
  }

  /// How long the arrivals of a stream take, as a share of its writes.
  private static func spread(_ stream: StreamRecord) -> Double? {
    guard let first = stream.writes.first, let last = stream.writes.last, last > first,
      let came = stream.arrivals.first, let end = stream.arrivals.last
    else { return nil }
    return Double((end - came).count) / Double((last - first).count)
  }

  func render() -> String {
    let axis = StreamChart.axis(streams)
    let digits = streams.map { String($0.ordinal).utf8.count }.max() ?? 1
    let frame = Frame(
      id: id, kind: "streams", title: title, description: description,
      left: max(44, 24 + 8 * digits), right: 28,
      plotHeight: streams.reduce(0) { $0 + height($1) })
    var svg = SVG()
    frame.open(&svg)
    frame.drawAcross(axis, &svg)
    frame.openLayer(&svg)
    var top = 0
    for stream in streams {
      drawMarks(stream, Double(top), axis, &svg)
      top += height(stream)
    }
    svg.close("svg")
    top = 0
    for stream in streams {
      drawWords(stream, top, axis, &svg)
      top += height(stream)
    }
    frame.close(&svg)
    return svg.text
  }

  private func drawMarks(
    _ stream: StreamRecord, _ top: Double, _ axis: Axis, _ svg: inout SVG
  ) {
    let upper = top + 6
    let middle = upper + StreamChart.tall
    let lower = middle + StreamChart.fan
    let base = Figure.coordinate(lower + StreamChart.tall)
    let last = Figure.coordinate(axis.position(Double(stream.e2e.count)) * 1000)
    svg.empty("path", ["class": "life", "d": "M0 \(base)H\(last)"])
    let writes = ticks(stream.writes, upper, axis)
    let arrivals = ticks(stream.arrivals, lower, axis)
    if stream.writes.count == stream.arrivals.count, !stream.writes.isEmpty {
      let joins = joins(stream, middle, lower, axis)
      svg.empty("path", ["class": "join", "d": joins])
    }
    if !writes.isEmpty { svg.empty("path", ["class": "write", "data-mark": "write", "d": writes]) }
    if !arrivals.isEmpty {
      svg.empty("path", ["class": "arrival", "data-mark": "arrival", "d": arrivals])
    }
    svg.newline()
  }

  /// Upright strokes; those that would fall on the same place are drawn once.
  private func ticks(_ marks: [Nanoseconds], _ top: Double, _ axis: Axis) -> String {
    var text = ""
    var previous = ""
    for index in Samples.indices(marks.count, limit: StreamChart.marksPerRow) {
      let x = Figure.coordinate(axis.position(Double(marks[index].count)) * 1000)
      if x == previous { continue }
      previous = x
      text += "M\(x) \(Figure.coordinate(top))v\(Figure.coordinate(StreamChart.tall))"
    }
    return text
  }

  private func joins(
    _ stream: StreamRecord, _ top: Double, _ bottom: Double, _ axis: Axis
  ) -> String {
    var text = ""
    let limit = StreamChart.marksPerRow / 2
    for index in Samples.indices(stream.writes.count, limit: limit) {
      let from = Figure.coordinate(axis.position(Double(stream.writes[index].count)) * 1000)
      let to = Figure.coordinate(axis.position(Double(stream.arrivals[index].count)) * 1000)
      text += "M\(from) \(Figure.coordinate(top))L\(to) \(Figure.coordinate(bottom))"
    }
    return text
  }

  /// The number at the left, the sign of the end at its place, and what went wrong under the row.
  private func drawWords(
    _ stream: StreamRecord, _ top: Int, _ axis: Axis, _ svg: inout SVG
  ) {
    let isDone = stream.end == .done
    svg.element(
      "text",
      ["class": "tick", "x": "-8", "y": String(top + 27), "text-anchor": "end"],
      "#\(stream.ordinal)")
    let place = axis.position(Double(stream.e2e.count))
    let x = Frame.percent(place)
    svg.empty(
      "line",
      [
        "class": isDone ? "end" : "end bad", "x1": x, "x2": x, "y1": String(top + 4),
        "y2": String(top + 42),
      ])
    svg.element(
      "text",
      [
        "class": isDone ? "sign" : "sign bad", "x": x, "dx": "10", "y": String(top + 28),
        "text-anchor": "middle",
      ], isDone ? "✓" : "✗")
    guard !isDone else { return }
    // From the edge that is nearer, so that the words have the whole width.
    let isLate = place > 0.5
    let beyond = Double(stream.e2e.count) > axis.high ? " →" : ""
    svg.element(
      "text",
      [
        "class": "sign bad", "x": isLate ? "100%" : "0", "y": String(top + 55),
        "text-anchor": isLate ? "end" : "start",
      ], "\(stream.end.rawValue) after \(stream.e2e)\(beyond)")
  }
}

extension Array {
  subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
