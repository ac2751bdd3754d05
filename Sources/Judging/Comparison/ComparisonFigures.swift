package import Core
import Stats

/// From blocks to figures and decisions.
package enum ComparisonFigures {
  /// What a block keeps besides what is gated: what reports show of it.
  private static let shown: Set<String> = [
    "ttfb", "ttft", "gap", "added.chunk", "added.ttft", "stall", "stall.excess", "e2e",
  ]

  /// The measures of one turn, as small as they may be: samples where they are few, counts of
  /// buckets where they are many.
  package static func block(
    _ measures: [String: Measure], gates: [MeasureGate]
  ) -> [String: Measure] {
    let kept = shown.union(gates.map(\.measure))
    var result: [String: Measure] = [:]
    for (name, measure) in measures where kept.contains(name) {
      result[name] = compact(measure)
    }
    return result
  }

  private static func compact(_ measure: Measure) -> Measure {
    guard measure.samples.count > Limits.blockSamples else { return measure }
    var histogram = Histogram()
    for sample in measure.samples { histogram.add(sample) }
    let series = Series(histogram, exactUpTo: Limits.exactSamples)
    return Measures.measure(series, unit: measure.unit) ?? measure
  }

  /// One result for each arm but the first, over the pairs in which all arms were measured.
  package static func judge(_ record: ComparisonRecord, alpha: Double) -> [ArmComparison] {
    guard let first = record.arms.first?.name else { return [] }
    let pairs = record.wholePairs
    let judge = ComparisonJudge(
      gates: record.plan.gates, alpha: alpha, seed: record.seed, draws: record.plan.draws)
    return record.arms.dropFirst().map { arm in
      let blocks = halves(record, pairs, first, arm.name)
      var result = judge.judge(blocks, arm: arm.name, against: first)
      doubt(&result, blocks, first)
      return result
    }
  }

  private static func halves(
    _ record: ComparisonRecord, _ pairs: [Int], _ a: String, _ b: String
  ) -> BlockPairs {
    var turns: [String: [Int: HalfBlock]] = [:]
    for block in record.blocks where block.pair > 0 {
      turns[block.arm, default: [:]][block.pair] = HalfBlock(block)
    }
    return BlockPairs(
      pairs.compactMap { pair in
        guard let first = turns[a]?[pair], let second = turns[b]?[pair] else { return nil }
        return (a: first, b: second)
      })
  }

  /// Whoever is compared with an arm that mostly fails can only be better; that is no pass.
  private static let brokenShare = 0.1

  private static func doubt(_ result: inout ArmComparison, _ pairs: BlockPairs, _ name: String) {
    guard result.decision != .fail, let failures = pairs.failures,
      failures.a.share > brokenShare
    else { return }
    result.decision = .inconclusive
    result.reason =
      "Not decided: \(failures.a.failed) of \(failures.a.total) exchanges of \(name), which it is "
      + "compared with, failed themselves."
  }

  /// Puts the sums over all measured turns into the arms, and says which turns showed nothing.
  package static func sumUp(_ record: inout ComparisonRecord) {
    for index in record.arms.indices {
      let own = record.blocks.filter { $0.arm == record.arms[index].name && $0.pair > 0 }
      var sum = TargetRecord.ExchangeCounts(total: 0, warmup: 0, byEnd: [:])
      for block in own {
        sum.total += block.exchanges.total
        sum.warmup += block.exchanges.warmup
        sum.byEnd.merge(block.exchanges.byEnd, uniquingKeysWith: +)
      }
      record.arms[index].exchanges = sum
      record.arms[index].measures = Measures.pooled(own.map(\.measures))
      let dead = own.filter { $0.exchanges.done == 0 }
      guard !dead.isEmpty else { continue }
      var lost: [String: Int] = [:]
      for block in dead { lost.merge(block.exchanges.byEnd, uniquingKeysWith: +) }
      let counts = TargetRecord.ExchangeCounts(total: 0, warmup: 0, byEnd: lost)
      record.arms[index].remarks.append(
        "no stream ended well in \(dead.count) of \(own.count) turns (\(ends(counts)))")
    }
  }

  /// `12 refused, 3 reset`.
  package static func ends(_ counts: TargetRecord.ExchangeCounts) -> String {
    let ends = counts.byEnd.filter { $0.value > 0 }.sorted {
      ($1.value, $0.key) < ($0.value, $1.key)
    }
    return ends.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}
