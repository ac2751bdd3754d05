/// The difference of two shares, each counted by itself: failed exchanges of one arm and the other.
///
/// The interval is the hybrid of two score intervals (Newcombe, "Interval estimation for the
/// difference between independent proportions", Statistics in Medicine 17, 1998, method 10), which
/// holds its level for small counts and never leaves -1...1. Without any failure it is still wide.
package struct ShareDifference: Hashable, Sendable {
  package var a: Count
  package var b: Count

  package struct Count: Hashable, Sendable {
    package var failed: Int
    package var total: Int

    package init(failed: Int, total: Int) {
      self.failed = failed
      self.total = total
    }

    package var share: Double { Double(failed) / Double(total) }

    /// Wilson's score interval.
    func bounds(_ z: Double) -> (low: Double, high: Double) {
      let n = Double(total)
      let middle = share + z * z / (2 * n)
      let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
      let scale = 1 + z * z / n
      return (max(0, (middle - half) / scale), min(1, (middle + half) / scale))
    }
  }

  /// Nil where one of them has counted nothing.
  package init?(a: Count, b: Count) {
    guard a.total > 0, b.total > 0 else { return nil }
    self.a = a
    self.b = b
  }

  package var delta: Double { b.share - a.share }

  /// The two-sided interval of `b - a` at level `1 - alpha`.
  package func bounds(alpha: Double) -> (low: Double, high: Double) {
    let z = Normal.quantile(twoSided: alpha)
    let (lowA, highA) = a.bounds(z)
    let (lowB, highB) = b.bounds(z)
    let down = Self.length(b.share - lowB, highA - a.share)
    let up = Self.length(highB - b.share, a.share - lowA)
    return (delta - down, delta + up)
  }

  /// The one-sided p value of "it is not above the bound": half of the level at which the two-sided
  /// interval just lies above.
  package func level(above bound: Double) -> Double {
    guard delta > bound else { return 1 }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if bounds(alpha: middle).low > bound { high = middle } else { low = middle }
    }
    return high / 2
  }

  /// How many blocks as good as the `blocks` that these were counted in would take the interval to
  /// one side of `bound`; nil if not even `most` would.
  package func decidingMultiple(
    bound: Double, alpha: Double, of blocks: Int, most: Int
  ) -> Int? {
    SampleSize.least(from: blocks, most: most) { count in
      func grown(_ part: Count) -> Count {
        let factor = Double(count) / Double(blocks)
        return Count(
          failed: Int((Double(part.failed) * factor).rounded()),
          total: Int((Double(part.total) * factor).rounded()))
      }
      guard let more = ShareDifference(a: grown(a), b: grown(b)) else { return false }
      let (low, high) = more.bounds(alpha: alpha)
      return low > bound || high < bound
    }
  }

  private static func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
}
