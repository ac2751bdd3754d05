package import Core
package import Stats

/// What one arm showed in one block pair, as the statistics take it.
package struct HalfBlock: Hashable, Sendable {
  package typealias Counted = PooledBlocks.Counted
  /// Measured exchanges, and how many of them did not end as they should have.
  package var total: Int
  package var failed: Int
  /// Of the exchanges that succeeded, by measure.
  package var values: [String: [Counted]]

  package init(total: Int, failed: Int, values: [String: [Counted]]) {
    self.total = total
    self.failed = failed
    self.values = values
  }

  /// Nil if nothing was measured in it.
  package init?(_ block: BlockRecord) {
    let counts = block.exchanges
    total = counts.total - (counts.byEnd[EndCondition.interrupted.rawValue] ?? 0)
    failed = total - counts.done - (counts.byEnd[EndCondition.cancelled.rawValue] ?? 0)
    values = block.measures.compactMapValues(Self.counted)
    guard total > 0 else { return nil }
  }

  package var done: Int { total - failed }

  private static func counted(_ measure: Measure) -> [Counted]? {
    guard let series = Series(measure) else { return nil }
    if let counts = series.counts {
      let finite = counts.buckets.map { Counted($0.value, $0.count) }
      return counts.infinite > 0 ? finite + [Counted(.infinity, counts.infinite)] : finite
    }
    return measure.samples.map { Counted($0) }
  }
}

/// The half-blocks of two arms, pair by pair.
package struct BlockPairs: Sendable {
  package var a: [HalfBlock]
  package var b: [HalfBlock]

  package init(_ pairs: [(a: HalfBlock, b: HalfBlock)]) {
    a = pairs.map(\.a)
    b = pairs.map(\.b)
  }

  package var count: Int { a.count }

  /// Of the arm that has fewer.
  var streams: Int {
    min(a.reduce(0) { $0 + $1.total }, b.reduce(0) { $0 + $1.total })
  }

  var failures: ShareDifference? {
    func count(_ blocks: [HalfBlock]) -> ShareDifference.Count {
      .init(
        failed: blocks.reduce(0) { $0 + $1.failed }, total: blocks.reduce(0) { $0 + $1.total })
    }
    return ShareDifference(a: count(a), b: count(b))
  }

  /// The values of a measure in both arms; nil where one of them has none.
  ///
  /// - Parameter withFailures: whether a failed exchange counts as values that never came, as many
  ///   as a successful one has on average.
  func pooled(_ measure: String, withFailures: Bool) -> (a: PooledBlocks, b: PooledBlocks)? {
    let all = a + b
    let values = all.reduce(0) { sum, block in
      (block.values[measure] ?? []).reduce(sum) { $0 + $1.count }
    }
    let done = all.reduce(0) { $0 + $1.done }
    guard values > 0, done > 0 else { return nil }
    let each = withFailures ? max(1, Int((Double(values) / Double(done)).rounded())) : 0
    func pool(_ blocks: [HalfBlock]) -> PooledBlocks? {
      let parts = blocks.map { block in
        (block.values[measure] ?? []) + [.init(.infinity, block.failed * each)]
      }
      // An arm that has failures alone has no figure; one that misses the measure has none either.
      guard parts.contains(where: { $0.contains { $0.count > 0 } }) else { return nil }
      return PooledBlocks(parts)
    }
    guard let first = pool(a), let second = pool(b) else { return nil }
    return (first, second)
  }
}
