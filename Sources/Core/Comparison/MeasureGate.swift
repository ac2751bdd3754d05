/// One figure that may not become worse by more than a margin.
package struct MeasureGate: Hashable, Sendable, Codable {
  /// `ttft`, `added.chunk`, `stall.excess`, `errors`.
  package var measure: String
  /// `p50` … `p99.9`, `mean`; for `errors`: `rate`.
  package var statistic: String
  /// What may be added in any case, in the unit of the measure.
  package var absolute: Double
  /// What may be added as a share of the figure that is compared with.
  package var relative: Double
  /// Whether somebody asked for it by name: then the whole is not decided while this is not.
  package var isAsked: Bool

  package init(
    _ measure: String, _ statistic: String, absolute: Double, relative: Double = 0,
    isAsked: Bool = false
  ) {
    self.measure = measure
    self.statistic = statistic
    self.absolute = absolute
    self.relative = relative
    self.isAsked = isAsked
  }

  package var name: String { "\(measure).\(statistic)" }

  /// The larger of both, so that a small figure is not held to less than can be measured.
  package func margin(of figure: Double) -> Double {
    guard figure.isFinite else { return absolute }
    return max(absolute, relative * figure)
  }

  package var unit: String {
    if measure == MeasureNames.errors { return "ratio" }
    return switch MeasureNames.all.first(where: { $0.name == measure })?.unit {
    case .ratio: "ratio"
    case .perSecond: "per-second"
    default: "ns"
    }
  }

  /// The share below which the quantile lies; nil for a figure that is none.
  package var share: Double? { Self.shares[statistic] }

  /// Streams below which a quantile is not judged: with fewer, the largest value lies below it more
  /// often than one time in twenty (p99: 299), and what is seen of it is no estimate.
  package var fewestStreams: Int? {
    guard let share else { return nil }
    let inside = max(share, 1 - share)
    var (streams, missed) = (0, 1.0)
    while missed > 0.05 {
      missed *= inside
      streams += 1
    }
    return streams
  }

  /// Streams below which a quantile rests on fewer than twenty values beyond it (p99: 2,000).
  package var comfortableStreams: Int? {
    share.map { Int((20 / (1 - max($0, 1 - $0))).rounded()) }
  }

  package static let shares = [
    "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999,
  ]
  /// What may be compared of a measure; the ends are no quantiles that a margin could hold.
  package static let statistics = ["p50", "p90", "p95", "p99", "p99.9", "mean"]

  /// What is held where no policy says otherwise. A millisecond is allowed to every time, since
  /// readers do not notice it and machines cannot be trusted below it.
  package static let usual = [
    MeasureGate("ttft", "p50", absolute: 1e6, relative: 0.10),
    MeasureGate("ttft", "p95", absolute: 1e6, relative: 0.15),
    MeasureGate("ttft", "p99", absolute: 1e6, relative: 0.25),
    MeasureGate("added.chunk", "p50", absolute: 1e6),
    MeasureGate("added.chunk", "p99", absolute: 1e6),
    MeasureGate("stall.excess", "mean", absolute: 5e7, relative: 0.10),
    MeasureGate(MeasureNames.errors, "rate", absolute: 0.01),
  ]
}

/// What a comparison, a gate, or a part of one came to.
package enum GateDecision: String, Hashable, Sendable, Codable, CaseIterable {
  case pass, fail, inconclusive

  /// Fails with its worst part; passes only if all of it does.
  package static func whole(_ parts: [GateDecision]) -> GateDecision {
    if parts.contains(.fail) { return .fail }
    return parts.isEmpty || parts.contains(.inconclusive) ? .inconclusive : .pass
  }
}
