/// Quantiles by nearest rank: always a value that was really measured, never an interpolation.
package enum Quantile {
  /// The smallest sample with at least the share `q` (0...1) of all samples at or below it.
  ///
  /// `sorted` is ascending and not empty. The rank is ceil(q·n); a product that is a whole number
  /// but for rounding (0.07 · 100) counts as whole.
  package static func nearestRank(_ sorted: [Double], _ q: Double) -> Double {
    precondition(!sorted.isEmpty, "a quantile needs a sample")
    return sorted[rank(q, of: sorted.count) - 1]
  }

  /// The rank of `q` among `count` values, from 1.
  static func rank(_ q: Double, of count: Int) -> Int {
    min(max(Int((q * Double(count) - 1e-9).rounded(.up)), 1), count)
  }
}
