import Core
import Stats

/// Sorted samples made fewer without changing the shape of their distribution.
enum Samples {
  /// Elements at even steps, the first and the last included.
  static func indices(_ count: Int, limit: Int) -> [Int] {
    guard count > limit, limit > 1 else { return Array(0..<count) }
    return (0..<limit).map { Int(Double($0) * Double(count - 1) / Double(limit - 1)) }
  }

  /// Every value of a measure with how often it was met, ascending, infinite ones last.
  static func counted(_ measure: Measure) -> [(value: Double, count: Int)] {
    guard let counts = measure.histogram else { return measure.samples.map { ($0, 1) } }
    guard let histogram = Histogram(parts(counts)) else { return [] }
    let finite = histogram.buckets.map { (value: $0.value, count: $0.count) }
    return histogram.infinite > 0 ? finite + [(.infinity, histogram.infinite)] : finite
  }

  private static func parts(_ counts: BucketCounts) -> Histogram.Parts {
    Histogram.Parts(
      bits: counts.bits, positive: counts.positive, negative: counts.negative,
      zeros: counts.zeros, infinite: counts.infinite, min: counts.min, max: counts.max)
  }

  /// The values of a measure whose samples were counted, with the share of all up to each; nil if
  /// they were not.
  static func curve(_ measure: Measure, limit: Int) -> [(value: Double, share: Double)]? {
    guard let counts = measure.histogram, let histogram = Histogram(parts(counts)) else {
      return nil
    }
    var passed = 0
    let points = histogram.buckets.map { bucket in
      passed += bucket.count
      return (value: bucket.value, share: Double(passed) / Double(histogram.count))
    }
    return indices(points.count, limit: limit).map { points[$0] }
  }
}
