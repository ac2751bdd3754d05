/// The figures every measure is published with.
///
/// Built from all samples; what is kept of them for charts is bounded, the figures are not thinned.
package struct Summary: Hashable, Sendable {
  package let n: Int
  package let min: Double
  package let max: Double
  package let p50: Double
  package let p90: Double
  package let p95: Double
  package let p99: Double
  package let p999: Double
  /// Ascending, at most as many as asked for.
  package let samples: [Double]

  /// Nil without samples: no figure is better than an invented zero.
  package init?(_ values: [Double], keeping bound: Int) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    n = sorted.count
    min = sorted[0]
    max = sorted[sorted.count - 1]
    p50 = Quantile.nearestRank(sorted, 0.5)
    p90 = Quantile.nearestRank(sorted, 0.9)
    p95 = Quantile.nearestRank(sorted, 0.95)
    p99 = Quantile.nearestRank(sorted, 0.99)
    p999 = Quantile.nearestRank(sorted, 0.999)
    samples = Thinning.evenly(sorted, keeping: bound)
  }

  /// From buckets: quantiles within 0.1 %, ends exact.
  package init?(_ histogram: Histogram, keeping bound: Int) {
    guard histogram.count > 0 else { return nil }
    n = histogram.count
    min = histogram.min ?? .infinity
    max = histogram.infinite > 0 ? .infinity : histogram.max ?? .infinity
    let figures = histogram.quantiles([0.5, 0.9, 0.95, 0.99, 0.999])
    (p50, p90, p95, p99, p999) = (figures[0], figures[1], figures[2], figures[3], figures[4])
    // Evenly spaced ranks, so that the curve keeps its shape.
    let drawn = Swift.min(bound, histogram.count)
    samples = histogram.quantiles((0..<drawn).map { (Double($0) + 0.5) / Double(drawn) })
  }
}

/// Fewer values that still draw the same curve.
package enum Thinning {
  /// At most `bound` elements in evenly spaced positions, the first and the last among them.
  package static func evenly<Element>(_ values: [Element], keeping bound: Int) -> [Element] {
    guard values.count > bound else { return values }
    guard bound > 1 else { return Array(values.prefix(bound)) }
    return (0..<bound).map { values[$0 * (values.count - 1) / (bound - 1)] }
  }
}
