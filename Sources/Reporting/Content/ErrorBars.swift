import Core

/// How far figures may be off by the instrument's own error, as the latest self-tests have it.
extension Content {
  /// The self-test of each machine that the figures are of; nil where there was none, or where it was
  /// made on another one and says nothing.
  private var selfTests: [RunRecord.SelfTestReference?] {
    let all = record.machines.map { $0.map(\.selftest) } ?? [record.instrument.selftest]
    return all.map { $0.flatMap { $0.sameMachine ? $0 : nil } }
  }

  /// How far a figure of that measure may be off by the instrument's own error; nil where nothing is
  /// known of it, or where the measure is no length of time.
  func errorBar(_ name: String, _ target: TargetRecord) -> String? {
    switch name {
    case "added.chunk", "added.ttft": floor(name, target).map(Self.spreadBar)
    case "ttft", "ttft.response", "ttft.adjusted", "ttft.any", "ttfr", "ttfb", "e2e":
      errorBar(target) { $0.ttft }
    case "gap", "stall": errorBar(target) { $0.gap }
    default: nil
    }
  }

  /// Of delays that are held against a floor.
  static func spreadBar(_ floor: Measure) -> String { "± \(Figure.duration(spread(floor)))" }

  /// Of several machines the worst: a figure of all their streams is no better than any of them.
  private func errorBar(
    _ target: TargetRecord, _ pair: (SelfTestFigures.Level) -> SelfTestFigures.Pair
  ) -> String? {
    let tests = selfTests
    var worst: Double?
    // More where the self-tests had fewer streams, or where a machine has none.
    var isLeast = tests.contains { $0 == nil }
    for case let test? in tests {
      guard let most = test.figures.levels.last else { continue }
      let level = test.figures.level(for: streamsAtOnce(target, of: most))
      isLeast = isLeast || level == nil
      worst = max(worst ?? 0, pair(level ?? most).p99)
    }
    return worst.map { "\(isLeast ? "≥ " : "")± \(Figure.duration($0))" }
  }

  /// How many streams of an open loop were under way nobody says: the most that were tried.
  private func streamsAtOnce(_ target: TargetRecord, of most: SelfTestFigures.Level) -> Int {
    let scenario = target.scenario
    guard scenario.arrivals == "closed" else { return most.streams }
    return scenario.concurrencyPerMachine ?? scenario.concurrency
  }

  /// Where the error bars come from, or that there are none and how to get them.
  var selfTestWords: String {
    let known = selfTests.compactMap(\.self)
    guard let last = known.last else { return missingSelfTestWords }
    let levels = last.figures.levels.map { level in
      func worst(_ pair: (SelfTestFigures.Level) -> SelfTestFigures.Pair) -> String {
        Figure.duration(
          known.compactMap { $0.figures.level(for: level.streams).map { pair($0).p99 } }.max() ?? 0)
      }
      return "\(worst { $0.ttft }) / \(worst { $0.gap }) at"
        + " \(Figure.counted(level.streams, "stream"))"
    }
    let dates = Set(known.map(\.startedAt)).sorted()
    let many = record.machines != nil
    let from =
      dates.count == 1
      ? "the self-test\(known.count == 1 ? "" : "s") of \(dates[0])"
      : "the self-tests of \(dates[0]) to \(dates[dates.count - 1])"
    return "Error bars (±) are the p99 error of \(many ? "the worst" : "this") machine against the"
      + " provider's log, at the nearest number of streams at or above, from \(from): ttft / gap"
      + " \(levels.joined(separator: ", "))."
      + (known.count < selfTests.count
        ? " They may be larger (≥): nothing is known of"
          + " \(Figure.counted(selfTests.count - known.count, "machine"))." : "")
      + " Those of added delays are the floor's spread\(many ? ", on each machine" : "")."
  }

  private var missingSelfTestWords: String {
    if record.machines != nil {
      return "No error bars: the machines' own errors are not known. Run relaymark selftest on each"
        + " of them."
    }
    guard let test = record.instrument.selftest else {
      return "No error bars: this machine's own error is not known. Run relaymark selftest."
    }
    return "No error bars: the self-test of \(test.startedAt) is of another machine. Run relaymark"
      + " selftest."
  }
}
