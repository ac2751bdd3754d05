import Core

/// Measures of several machines, by name, as those of one run over all their streams.
enum MeasureMerge {
  /// What needs one clock is left out. All can be added up: `MergeCheck` has seen to it.
  static func merge(_ parts: [[String: Measure]]) -> [String: Measure] {
    Measures.pooled(parts.map { $0.filter { !Measure.needsOneClock($0.key) } })
  }
}
