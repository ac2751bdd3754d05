package import Core
package import Stats

/// Decides whether one arm is worse than another by more than the margins.
///
/// A gated figure fails when the whole interval of its difference lies above its margin, also at the
/// level that Holm's method leaves to it among all figures, so that the chance of any wrong alarm is
/// at most alpha. It passes when the whole interval lies below, and is not decided otherwise: what
/// could not be told is never called good or bad.
package struct ComparisonJudge {
  private let gates: [MeasureGate]
  private let alpha: Double
  private let seed: UInt64
  private let draws: Int

  /// - Parameters:
  ///   - alpha: what is spent on this decision.
  ///   - seed: of the resamples; the same gives the same figures to the last bit.
  package init(
    gates: [MeasureGate], alpha: Double, seed: UInt64, draws: Int = ComparisonPlan.usualDraws
  ) {
    self.gates = gates
    self.alpha = alpha
    self.seed = seed
    self.draws = draws
  }

  /// - Parameter withShifts: whether the deciles are wanted too.
  package func judge(
    _ pairs: BlockPairs, arm: String, against: String, withShifts: Bool = true
  ) -> ArmComparison {
    var random = SplitMix64(seed: seed, rule: RandomRule.bootstrap, ordinal: UInt64(pairs.count))
    let resamples = BlockResamples(pairs: pairs.count, draws: draws, using: &random)
    var pools = Pools(pairs, resamples)
    var rows = gates.map { row($0, pairs, &pools) }
    correct(&rows, pairs: pairs.count)
    let figures = rows.map(\.figure)
    let decision = decide(figures)
    return ArmComparison(
      arm: arm, against: against, pairs: pairs.count, alpha: alpha, decision: decision,
      reason: ComparisonWords.reason(decision, figures, arm: arm, against: against),
      measures: figures, shifts: withShifts ? shifts(&pools) : [])
  }

  // MARK: Figures

  private struct Row {
    var figure: ArmComparison.Figure
    var test: (any Test)?
  }

  /// Pools are the same for all quantiles of a measure.
  private struct Pools {
    let pairs: BlockPairs
    let resamples: BlockResamples
    private var made: [String: (a: PooledBlocks, b: PooledBlocks)?] = [:]

    init(_ pairs: BlockPairs, _ resamples: BlockResamples) {
      (self.pairs, self.resamples) = (pairs, resamples)
    }

    mutating func of(_ measure: String) -> (a: PooledBlocks, b: PooledBlocks)? {
      if let known = made[measure] { return known }
      let pooled = pairs.pooled(measure, withFailures: true)
      made[measure] = .some(pooled)
      return pooled
    }

    mutating func difference(_ measure: String, _ statistic: PairedStatistic) -> PairedDifference? {
      guard let (a, b) = of(measure) else { return nil }
      return PairedDifference(a, b, statistic, resamples)
    }
  }

  private func row(_ gate: MeasureGate, _ pairs: BlockPairs, _ pools: inout Pools) -> Row {
    let streams = pairs.streams
    if gate.measure == MeasureNames.errors {
      guard let shares = pairs.failures else { return missing(gate, streams) }
      return row(gate, shares, streams, a: shares.a.share, b: shares.b.share, error: nil)
    }
    let statistic: PairedStatistic = gate.share.map { .quantile($0) } ?? .mean
    if let fewest = gate.fewestStreams, streams < fewest {
      let reason =
        "\(streams) streams are too few for \(gate.statistic), which needs \(fewest)"
      return Row(figure: .init(gate, .refused, reason, streams: streams))
    }
    guard let difference = pools.difference(gate.measure, statistic) else {
      return missing(gate, streams)
    }
    var row = row(
      gate, difference, streams, a: difference.a, b: difference.b,
      error: difference.standardError)
    if let comfortable = gate.comfortableStreams, streams < comfortable {
      row.figure.warning =
        "\(gate.statistic) of \(streams) streams rests on a few of them; "
        + "\(comfortable) would be enough"
    }
    return row
  }

  private func missing(_ gate: MeasureGate, _ streams: Int) -> Row {
    let reason =
      ComparisonWords.whyMissing[gate.measure] ?? "an arm has no \(gate.measure) to compare"
    return Row(figure: .init(gate, .missing, reason, streams: streams))
  }

  private func row(
    _ gate: MeasureGate, _ test: any Test, _ streams: Int, a: Double, b: Double, error: Double?
  ) -> Row {
    var figure = ArmComparison.Figure(gate, .inconclusive, "", streams: streams)
    figure.a = a
    figure.b = b
    figure.delta = (b - a).isNaN ? nil : b - a
    figure.standardError = error
    let margin = gate.margin(of: a)
    figure.margin = margin
    if a > 0, a.isFinite { figure.share = (b - a) / a }
    if let (low, high) = test.interval(alpha: alpha) {
      figure.low = low
      figure.high = high
    }
    figure.level = test.level(above: margin)
    return Row(figure: figure, test: test)
  }

  // MARK: Decisions

  private func correct(_ rows: inout [Row], pairs: Int) {
    let tested = rows.indices.filter { rows[$0].test != nil }
    let adjusted = Holm.adjusted(tested.map { rows[$0].figure.level ?? 1 })
    for (place, index) in tested.enumerated() {
      rows[index].figure.level = adjusted[place]
      decide(&rows[index], of: tested.count, pairs: pairs)
    }
  }

  private func decide(_ row: inout Row, of tested: Int, pairs: Int) {
    guard let test = row.test, let margin = row.figure.margin, let level = row.figure.level else {
      return
    }
    if level <= alpha, let low = row.figure.low, low > margin {
      row.figure.state = .fail
    } else if let high = row.figure.high, high < margin {
      row.figure.state = .pass
    } else {
      row.figure.state = .inconclusive
      let delta = row.figure.delta ?? 0
      row.figure.pairsNeeded = test.pairsToDecide(
        bound: margin, alpha: delta > margin ? min(alpha, 2 * alpha / Double(tested)) : alpha,
        pairs: pairs)
    }
    row.figure.reason = ComparisonWords.reason(row.figure, alpha: alpha, tested: tested)
  }

  /// What nobody asked for by name does not hold up the others.
  private func decide(_ figures: [ArmComparison.Figure]) -> GateDecision {
    var parts: [GateDecision] = []
    for (gate, figure) in zip(gates, figures) {
      if let decision = figure.state.decision {
        parts.append(decision)
      } else if gate.isAsked {
        parts.append(.inconclusive)
      }
    }
    return GateDecision.whole(parts)
  }

  private func shifts(_ pools: inout Pools) -> [ArmComparison.Shift] {
    var shifts: [ArmComparison.Shift] = []
    for measure in ["ttft", "added.chunk"] {
      for tenth in 1...9 {
        let share = Double(tenth) / 10
        guard let difference = pools.difference(measure, .quantile(share)),
          let (low, high) = difference.bounds(alpha: alpha), difference.delta.isFinite,
          low.isFinite, high.isFinite
        else { continue }
        shifts.append(
          .init(
            measure: measure, share: share, a: difference.a, delta: difference.delta, low: low,
            high: high))
      }
    }
    return shifts
  }
}

/// What both kinds of difference can be asked.
private protocol Test {
  func interval(alpha: Double) -> (low: Double, high: Double)?
  func level(above bound: Double) -> Double
  func pairsToDecide(bound: Double, alpha: Double, pairs: Int) -> Int?
}

extension PairedDifference: Test {
  fileprivate func interval(alpha: Double) -> (low: Double, high: Double)? { bounds(alpha: alpha) }

  fileprivate func pairsToDecide(bound: Double, alpha: Double, pairs: Int) -> Int? {
    decidingPairs(bound: bound, alpha: alpha, most: Limits.decidingPairs)
  }
}

extension ShareDifference: Test {
  fileprivate func interval(alpha: Double) -> (low: Double, high: Double)? { bounds(alpha: alpha) }

  fileprivate func pairsToDecide(bound: Double, alpha: Double, pairs: Int) -> Int? {
    decidingMultiple(bound: bound, alpha: alpha, of: pairs, most: Limits.decidingPairs)
  }
}
