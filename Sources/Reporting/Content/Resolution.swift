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
  static func isUnresolved(
    _ value: KeyPath<Measure, Double>, _ measure: Measure, above floor: Measure
  ) -> Bool {
    measure.n > 0 && measure[keyPath: value] - floor[keyPath: value] < spread(floor)
  }

  func isUnresolved(
    _ value: KeyPath<Measure, Double>, _ name: String, _ target: TargetRecord
  ) -> Bool {
    guard let floor = floor(name, target), let measure = target.measures[name] else { return false }
    return Self.isUnresolved(value, measure, above: floor)
  }

  /// A sentence for each measure with figures that are not resolved, for every format.
  func resolutionNotes(_ target: TargetRecord) -> [String] {
    guard target.topology != .direct else {
      guard Self.addedNames.contains(where: { target.measures[$0] != nil }) else { return [] }
      return [Self.directDelays]
    }
    return Self.resolutionNotes(target.measures) { floor($0, target) }
  }

  static let directDelays =
    "Nothing stands between client and provider here: these delays are the floor itself."

  private static let addedNames = ["added.ttft", "added.chunk"]

  static func resolutionNotes(
    _ measures: [String: Measure], floor: (String) -> Measure?
  ) -> [String] {
    addedNames.compactMap { name in
      guard let measure = measures[name], let floor = floor(name) else { return nil }
      let names = quantiles.filter { isUnresolved($0.value, measure, above: floor) }.map(\.name)
      guard !names.isEmpty else { return nil }
      let what =
        names.count == quantiles.count
        ? "all of it is" : "\(listed(names)) \(names.count == 1 ? "is" : "are")"
      return "\(name): \(what) below what this machine can resolve: above the floor by less than"
        + " \(Figure.duration(spread(floor))), the floor's own spread (p50 to p99), or not"
        + " at all."
    }
  }

  private static func listed(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and \(last)"
  }
}
