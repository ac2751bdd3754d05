/// How many block pairs are enough.
package enum SampleSize {
  /// The smallest number for which `isEnough`, which must stay true beyond it; nil above `most`.
  package static func least(from start: Int, most: Int, _ isEnough: (Int) -> Bool) -> Int? {
    var (low, high) = (start, start)
    while !isEnough(high) {
      guard high < most else { return nil }
      (low, high) = (high + 1, min(most, high * 2))
    }
    while low < high {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle + 1 }
    }
    return high
  }

  /// The standard error that `pairs` pairs had, for another number of pairs.
  package static func error(_ error: Double, _ pairs: Int, at count: Int) -> Double {
    error * (Double(pairs) / Double(count)).squareRoot()
  }

  /// The pairs with which a true difference of twice the margin is found with this power.
  ///
  /// - Parameters:
  ///   - alpha: of the two-sided interval that must lie above the margin.
  ///   - margin: above zero.
  package static func pairs(
    standardError: Double, of pairs: Int, margin: Double, alpha: Double, power: Double, most: Int
  ) -> Int? {
    least(from: 2, most: most) { count in
      let needed =
        StudentT.quantile(twoSided: alpha, degrees: count - 1)
        + StudentT.quantile(twoSided: 2 * (1 - power), degrees: count - 1)
      return needed * error(standardError, pairs, at: count) <= margin
    }
  }

  /// The exchanges of each arm with which a share that rises by twice the margin is found.
  package static func exchanges(
    share: Double, margin: Double, alpha: Double, power: Double, most: Int
  ) -> Int? {
    let needed =
      Normal.quantile(twoSided: alpha) + Normal.quantile(twoSided: 2 * (1 - power))
    let raised = min(1, share + 2 * margin)
    let spread = share * (1 - share) + raised * (1 - raised)
    let count = (needed / margin) * (needed / margin) * spread
    return count <= Double(most) ? max(1, Int(count.rounded(.up))) : nil
  }
}

/// The correction for judging several measures at once (Holm, 1979): among true statements about
/// all of them, the chance that any is rejected stays at the level of one.
package enum Holm {
  /// Each p value as if it had been the only one, in the order given.
  package static func adjusted(_ levels: [Double]) -> [Double] {
    var result = levels
    var largest = 0.0
    for (rank, index) in levels.indices.sorted(by: { (levels[$0], $0) < (levels[$1], $1) })
      .enumerated()
    {
      largest = max(largest, min(1, levels[index] * Double(levels.count - rank)))
      result[index] = largest
    }
    return result
  }
}
