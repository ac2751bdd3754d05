import Core

/// Measures of several machines, by name, as those of one run over all their streams.
enum MeasureMerge {
  /// What needs one clock is left out. All can be added up: `MergeCheck` has seen to it.
  static func merge(_ parts: [[String: Measure]]) -> [String: Measure] {
    Measures.pooled(parts.map { $0.filter { !Measure.needsOneClock($0.key) } })
  }

  /// The floors of several machines as one: each value is from one machine and its own clock, so
  /// that they add up as a description of the instruments. Delays of a relay are held against the
  /// floor of their own machine alone. Nil if there is none.
  static func floors(_ parts: [[String: Measure]]) -> [String: Measure]? {
    parts.isEmpty ? nil : Measures.pooled(parts)
  }
}
