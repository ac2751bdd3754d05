import Core
import Stats

/// Measures of several machines, by name, as those of one run over all their streams.
enum MeasureMerge {
  /// What needs one clock is left out. All can be added up: `MergeCheck` has seen to it.
  static func merge(_ parts: [[String: Measure]]) -> [String: Measure] {
    var sums: [String: (unit: String, series: Series)] = [:]
    for (name, measure) in parts.flatMap(\.self) where !Measure.needsOneClock(name) {
      guard let series = Series(measure) else { continue }
      sums[name, default: (measure.unit, Measures.series)].series += series
    }
    return sums.compactMapValues { Measures.measure($0.series, unit: $0.unit) }
  }
}
