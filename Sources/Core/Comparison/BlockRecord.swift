/// What one arm showed in one turn of a comparison.
package struct BlockRecord: Hashable, Sendable, Codable {
  /// From 1; 0 for the pair before them, which only warms up.
  package var pair: Int
  /// Whose turn it was within the pair, from 0.
  package var position: Int
  package var arm: String
  /// Since the comparison began.
  package var startedNs: Nanoseconds
  package var durationNs: Nanoseconds
  package var exchanges: TargetRecord.ExchangeCounts
  package var measures: [String: Measure]

  package init(
    pair: Int, position: Int, arm: String, startedNs: Nanoseconds, durationNs: Nanoseconds,
    exchanges: TargetRecord.ExchangeCounts, measures: [String: Measure]
  ) {
    self.pair = pair
    self.position = position
    self.arm = arm
    self.startedNs = startedNs
    self.durationNs = durationNs
    self.exchanges = exchanges
    self.measures = measures
  }
}
