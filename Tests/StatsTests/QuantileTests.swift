import Stats
import Testing

@Suite struct QuantileTests {
  @Test func nearestRankOnTen() {
    let sorted = (1...10).map(Double.init)
    #expect(Quantile.nearestRank(sorted, 0) == 1)
    #expect(Quantile.nearestRank(sorted, 0.1) == 1)
    #expect(Quantile.nearestRank(sorted, 0.11) == 2)
    #expect(Quantile.nearestRank(sorted, 0.5) == 5)
    #expect(Quantile.nearestRank(sorted, 0.9) == 9)
    #expect(Quantile.nearestRank(sorted, 0.95) == 10)
    #expect(Quantile.nearestRank(sorted, 1) == 10)
  }

  /// 0.07 · 100 is 7.000000000000001 in binary; the rank is 7 all the same.
  @Test(arguments: 1...100) func everyPercentOfAHundred(percent: Int) {
    let sorted = (1...100).map(Double.init)
    #expect(Quantile.nearestRank(sorted, Double(percent) / 100) == Double(percent))
  }

  @Test func oneSampleIsEveryQuantile() {
    for q in [0, 0.5, 0.999, 1] { #expect(Quantile.nearestRank([7], q) == 7) }
  }

  @Test func aSummarySortsAndCounts() throws {
    let summary = try #require(Summary((1...1000).reversed().map(Double.init), keeping: 1000))
    #expect(summary.n == 1000)
    #expect(summary.min == 1)
    #expect(summary.p50 == 500)
    #expect(summary.p90 == 900)
    #expect(summary.p95 == 950)
    #expect(summary.p99 == 990)
    #expect(summary.p999 == 999)
    #expect(summary.max == 1000)
    #expect(summary.samples == (1...1000).map(Double.init))
  }

  @Test func noSamplesNoSummary() { #expect(Summary([], keeping: 10) == nil) }

  @Test func thinningKeepsBothEnds() throws {
    let summary = try #require(Summary((0...100).map(Double.init), keeping: 5))
    #expect(summary.samples == [0, 25, 50, 75, 100])
    #expect(summary.n == 101)
    #expect(Thinning.evenly([1, 2, 3], keeping: 3) == [1, 2, 3])
    #expect(Thinning.evenly([1, 2, 3], keeping: 1) == [1])
    #expect(Thinning.evenly([1, 2, 3], keeping: 0) == [])
  }

  @Test func distributionPointsMergeEqualSamples() {
    let points = ECDF.points([1, 2, 2, 4], atMost: 10)
    #expect(points.map(\.value) == [1, 2, 4])
    #expect(points.map(\.share) == [0.25, 0.75, 1])
    #expect(ECDF.points([], atMost: 10).isEmpty)
    #expect(ECDF.points((0..<100).map(Double.init), atMost: 3).last?.share == 1)
  }
}
