/// Which figure of an arm is compared.
package enum PairedStatistic: Hashable, Sendable {
  case quantile(Double)
  case mean

  package func of(_ blocks: PooledBlocks, _ weights: [Int]) -> Double? {
    switch self {
    case .quantile(let share): blocks.quantile(share, weights)
    case .mean: blocks.mean(weights)
    }
  }
}

/// Block pairs drawn with replacement, each draw as how often every pair was drawn.
///
/// Pairs and not streams or chunks: what the machine did during a pair is shared by all in it, and
/// the same draw for both arms keeps what they had in common out of the difference.
package struct BlockResamples: Sendable {
  package let draws: [[Int]]

  /// - Parameter random: everything that is drawn comes from it, so that a seed repeats it.
  package init(pairs: Int, draws count: Int, using random: inout some RandomNumberGenerator) {
    var draws: [[Int]] = []
    draws.reserveCapacity(count)
    for _ in 0..<count {
      var weights = [Int](repeating: 0, count: pairs)
      for _ in 0..<pairs {
        weights[Int(random.next().multipliedFullWidth(by: UInt64(pairs)).high)] += 1
      }
      draws.append(weights)
    }
    self.draws = draws
  }
}

/// How much a figure of arm B exceeds that of arm A, and how sure that is.
///
/// The standard error is that of the bootstrap of block pairs (Efron, Tibshirani 1993, chapter 6),
/// which for K pairs is too small by √((K-1)/K); the interval corrects it and takes its width from
/// Student's t with K-1 degrees of freedom, since K is small.
package struct PairedDifference: Hashable, Sendable {
  package var a: Double
  package var b: Double
  package var pairs: Int
  /// Of the draws with a finite difference, corrected for K.
  package var standardError: Double
  /// The share of draws in which it was +∞ or undefined, and −∞ or undefined.
  package var infinite: Double
  package var negative: Double

  package init(
    a: Double, b: Double, pairs: Int, standardError: Double, infinite: Double = 0,
    negative: Double = 0
  ) {
    self.a = a
    self.b = b
    self.pairs = pairs
    self.standardError = standardError
    self.infinite = infinite
    self.negative = negative
  }

  /// Nil where an arm has no values, or there are fewer than two pairs.
  package init?(
    _ a: PooledBlocks, _ b: PooledBlocks, _ statistic: PairedStatistic, _ resamples: BlockResamples
  ) {
    guard a.blocks == b.blocks, a.blocks > 1, let first = statistic.of(a, a.once),
      let second = statistic.of(b, b.once)
    else { return nil }
    var finite: [Double] = []
    finite.reserveCapacity(resamples.draws.count)
    var (above, below) = (0, 0)
    for weights in resamples.draws {
      // A draw may hold no value at all if most blocks have none: it says nothing.
      let left = statistic.of(a, weights) ?? .nan
      let right = statistic.of(b, weights) ?? .nan
      let delta = right - left
      if delta.isFinite { finite.append(delta) }
      if delta.isNaN || delta == .infinity { above += 1 }
      if delta.isNaN || delta == -.infinity { below += 1 }
    }
    let draws = Double(max(1, resamples.draws.count))
    let pairs = Double(a.blocks)
    self.init(
      a: first, b: second, pairs: a.blocks,
      standardError: Self.deviation(finite) * (pairs / (pairs - 1)).squareRoot(),
      infinite: Double(above) / draws, negative: Double(below) / draws)
  }

  /// Not a number where both figures are infinite.
  package var delta: Double { b - a }

  /// The two-sided interval at level `1 - alpha`; nil where nothing is known.
  package func bounds(alpha: Double) -> (low: Double, high: Double)? {
    guard pairs > 1, !delta.isNaN else { return nil }
    if delta == .infinity {
      return (2 * (1 - infinite) < alpha ? .infinity : -.infinity, .infinity)
    }
    if delta == -.infinity {
      return (-.infinity, 2 * (1 - negative) < alpha ? -.infinity : .infinity)
    }
    let half = StudentT.quantile(twoSided: alpha, degrees: pairs - 1) * standardError
    return (
      2 * negative > alpha ? -.infinity : delta - half,
      2 * infinite > alpha ? .infinity : delta + half
    )
  }

  /// The one-sided p value of "it is not above the bound"; half of the level at which the two-sided
  /// interval just lies above.
  package func level(above bound: Double) -> Double {
    guard pairs > 1, !delta.isNaN, delta > bound else { return 1 }
    if delta == .infinity { return 1 - infinite }
    let own =
      standardError > 0
      ? StudentT.twoSided(above: (delta - bound) / standardError, degrees: pairs - 1) / 2 : 0
    return max(own, negative)
  }

  /// How many pairs as good as these would take the interval to one side of `bound`; nil if not
  /// even `most` would.
  package func decidingPairs(bound: Double, alpha: Double, most: Int) -> Int? {
    guard delta.isFinite, standardError.isFinite, pairs > 1 else { return nil }
    let distance = (delta - bound).magnitude
    return SampleSize.least(from: 2, most: most) { count in
      let error = SampleSize.error(standardError, pairs, at: count)
      return StudentT.quantile(twoSided: alpha, degrees: count - 1) * error < distance
    }
  }

  private static func deviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
