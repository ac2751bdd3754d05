import Core
import Stats
import Testing

/// The bounded form of a measure: as exact as it says, and the same however it is added up.
struct HistogramTests {
  private func latencies(_ count: Int, seed: UInt64) -> [Double] {
    let law = Distribution.lognormal(p50: .milliseconds(12), p99: .milliseconds(900))
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Double(law.sample(&random).count) }
  }

  private func histogram(_ values: some Sequence<Double>) -> Histogram {
    var result = Histogram()
    for value in values { result.add(value) }
    return result
  }

  @Test(arguments: [1, 2, 10, 999, 20_000])
  func everyQuantileIsWithinATenthOfAPercent(count: Int) {
    let values = latencies(count, seed: 7)
    let sorted = values.sorted()
    let histogram = histogram(values)
    let shares = Array(stride(from: 0.0, through: 1, by: 0.001))
    for (q, found) in zip(shares, histogram.quantiles(shares)) {
      let exact = Quantile.nearestRank(sorted, q)
      #expect(abs(found - exact) <= exact * 0.001, "q = \(q)")
    }
    #expect(histogram.quantiles(shares).count == shares.count)
    #expect(histogram.min == sorted.first)
    #expect(histogram.max == sorted.last)
    #expect(histogram.count == count)
  }

  @Test func anySizeHasTheSameError() throws {
    for exponent in stride(from: -12.0, through: 15, by: 0.37) {
      var value = 1.0
      for _ in 0..<Int(abs(exponent) * 10) { value *= exponent < 0 ? 0.794 : 1.259 }
      for sign in [1.0, -1] {
        let histogram = histogram([sign * value, sign * value * 2])
        // The ends are exact; one more value each way shows the buckets themselves.
        let wide = histogram + self.histogram([value * 4, value * -4])
        let found = wide.buckets.map(\.value)
        #expect(found.contains { abs($0 - sign * value) <= value * 0.0005 })
        #expect(Set([0, 1].map { histogram.quantile($0) }) == [histogram.min, histogram.max])
      }
    }
  }

  @Test func sumsAreWhatOneHistogramOfAllWouldBe() {
    let values = latencies(3_000, seed: 1) + [0, 0, -5, .infinity]
    let whole = histogram(values)
    for parts in [2, 3, 7] {
      var sum = Histogram()
      for part in 0..<parts {
        sum += histogram(
          values.enumerated().filter { $0.offset % parts == part }.map(\.element))
      }
      #expect(sum.buckets.map(\.value) == whole.buckets.map(\.value))
      #expect(sum.buckets.map(\.count) == whole.buckets.map(\.count))
      #expect(sum.infinite == 1 && sum.count == values.count)
    }
  }

  @Test func infinityIsTheLargest() {
    let histogram = histogram([1, 2, .infinity, .infinity])
    #expect(histogram.quantile(0.5) == 2)
    #expect(histogram.quantile(0.51) == .infinity)
    #expect(histogram.max == 2)
    #expect(self.histogram([.nan]).count == 0)
    #expect(Histogram().quantile(0.5) == nil)
  }

  @Test func aSeriesIsExactUpToItsBound() throws {
    let values = latencies(101, seed: 3)
    var series = Series(exactUpTo: 100)
    for value in values.prefix(100) { series.add(value) }
    #expect(series.isExact)
    #expect(series.summary(keeping: 10) == Summary(Array(values.prefix(100)), keeping: 10))
    series.add(values[100])
    #expect(!series.isExact && series.count == 101)
    let exact = try #require(Summary(values, keeping: 50))
    let counted = try #require(series.summary(keeping: 50))
    #expect(counted.n == 101 && counted.min == exact.min && counted.max == exact.max)
    #expect(abs(counted.p99 - exact.p99) <= exact.p99 * 0.001)
    #expect(counted.samples.count == 50 && counted.samples == counted.samples.sorted())
  }

  @Test func seriesAddUpWhateverTheyAre() throws {
    let values = latencies(300, seed: 9)
    for cut in [10, 150, 290] {
      var left = Series(exactUpTo: 100)
      var right = Series(exactUpTo: 100)
      for value in values.prefix(cut) { left.add(value) }
      for value in values.dropFirst(cut) { right.add(value) }
      left += right
      #expect(left.count == 300 && !left.isExact)
      let counted = try #require(left.summary(keeping: 0))
      let exact = try #require(Summary(values, keeping: 0))
      #expect(abs(counted.p50 - exact.p50) <= exact.p50 * 0.001)
    }
  }
}
