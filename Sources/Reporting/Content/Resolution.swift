import Core

/// What of a figure is the instrument's own: its floor, and the error bars of the latest self-test.
extension Content {
  static var quantiles: [(name: String, value: KeyPath<Measure, Double>)] {
    [
      ("p50", \.p50), ("p90", \.p90), ("p95", \.p95), ("p99", \.p99), ("p99.9", \.p999),
      ("max", \.max),
    ]
  }

  /// The floor beside a measure of a target; none where the run is its own floor.
  func floor(_ name: String, _ target: TargetRecord) -> Measure? {
    guard target.topology != .direct,
      let floor = (target.floor ?? record.instrument.floor)[name], floor.n > 0
    else { return nil }
    return floor
  }

  /// Differences smaller than this cannot be told from the instrument's own.
  static func spread(_ floor: Measure) -> Double { max(0, floor.p99 - floor.p50) }

  /// Whether a quantile is above the same quantile of the floor by less than the floor's own spread
  /// from p50 to p99, or not above it at all.
  func isUnresolved(
    _ value: KeyPath<Measure, Double>, _ name: String, _ target: TargetRecord
  ) -> Bool {
    guard let floor = floor(name, target), let measure = target.measures[name], measure.n > 0
    else { return false }
    return measure[keyPath: value] - floor[keyPath: value] < Self.spread(floor)
  }

  /// A sentence for each measure with figures that are not resolved, for every format.
  func resolutionNotes(_ target: TargetRecord) -> [String] {
    let added = ["added.ttft", "added.chunk"]
    guard target.topology != .direct else {
      guard added.contains(where: { target.measures[$0] != nil }) else { return [] }
      return [
        "Nothing stands between client and provider here: these delays are the floor itself."
      ]
    }
    return added.compactMap { name in
      let names = Self.quantiles.filter { isUnresolved($0.value, name, target) }.map(\.name)
      guard !names.isEmpty, let floor = floor(name, target) else { return nil }
      let what =
        names.count == Self.quantiles.count
        ? "all of it is" : "\(Self.listed(names)) \(names.count == 1 ? "is" : "are")"
      return "\(name): \(what) below what this machine can resolve: above the floor by less than"
        + " \(Figure.duration(Self.spread(floor))), the floor's own spread (p50 to p99), or not"
        + " at all."
    }
  }

  private static func listed(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and \(last)"
  }

  // MARK: Error bars

  /// How far a figure of that measure may be off by the instrument's own error; nil where nothing is
  /// known of it, or where the measure is no length of time.
  func errorBar(_ name: String, _ target: TargetRecord) -> String? {
    switch name {
    case "added.chunk", "added.ttft":
      guard let floor = floor(name, target) else { return nil }
      return "± \(Figure.duration(Self.spread(floor)))"
    case "ttft", "ttft.response", "ttft.adjusted", "ttft.any", "ttfr", "ttfb", "e2e":
      return errorBar(target) { $0.ttft }
    case "gap", "stall":
      return errorBar(target) { $0.gap }
    default: return nil
    }
  }

  private func errorBar(
    _ target: TargetRecord, _ pair: (SelfTestFigures.Level) -> SelfTestFigures.Pair
  ) -> String? {
    guard let test = record.instrument.selftest, test.sameMachine,
      let most = test.figures.levels.last
    else { return nil }
    // How many streams of an open loop were under way nobody says: the most that were tried.
    let streams = target.scenario.arrivals == "closed" ? target.scenario.concurrency : most.streams
    guard let level = test.figures.level(for: streams) else {
      return "≥ ± \(Figure.duration(pair(most).p99))"
    }
    return "± \(Figure.duration(pair(level).p99))"
  }

  /// Where the error bars come from, or that there are none and how to get them.
  var selfTestWords: String {
    guard let test = record.instrument.selftest else {
      return "No error bars: this machine's own error is not known. Run relaymark selftest."
    }
    guard test.sameMachine else {
      return
        "No error bars: the self-test of \(test.startedAt) is of another machine. Run relaymark"
        + " selftest."
    }
    let levels = test.figures.levels.map { level in
      "\(Figure.duration(level.ttft.p99)) / \(Figure.duration(level.gap.p99)) at"
        + " \(Figure.counted(level.streams, "stream"))"
    }
    return "Error bars (±) are the p99 error of this machine against the provider's log, at the"
      + " nearest number of streams at or above, from the self-test of \(test.startedAt): ttft / gap"
      + " \(levels.joined(separator: ", ")). Those of added delays are the floor's spread."
  }
}
