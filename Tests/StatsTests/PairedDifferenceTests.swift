import Core
import Stats
import Testing

@Suite struct PairedDifferenceTests {
  private func pool(_ parts: [[Double]]) -> PooledBlocks {
    PooledBlocks(parts.map { $0.map { .init($0) } })
  }

  private func drawn(_ blocks: Int, _ each: Int, _ random: inout SplitMix64) -> [[Double]] {
    (0..<blocks).map { _ in (0..<each).map { _ in (random.unit() * 40).rounded() } }
  }

  /// The search among marks gives what sorting the drawn blocks would.
  @Test(arguments: [0, 1, 2, 3])
  func quantilesOfMixturesAreThoseOfTheValues(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let parts = drawn(7, 45, &random) + [[]]
    let pool = pool(parts)
    for _ in 0..<40 {
      let weights = (0..<8).map { _ in Int(random.unit() * 3) }
      let values = zip(parts, weights)
        .flatMap { part, weight in Array(repeating: part, count: weight).joined() }.sorted()
      for share in [0.0, 0.1, 0.5, 0.95, 0.99, 1] {
        let expected = values.isEmpty ? nil : Quantile.nearestRank(values, share)
        #expect(pool.quantile(share, weights) == expected)
      }
      let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      let found = pool.mean(weights)
      #expect((mean == nil) == (found == nil))
      #expect(abs((mean ?? 0) - (found ?? 0)) < 1e-9)
    }
  }

  @Test func countedValuesAreThoseTheyStandFor() {
    let counted = PooledBlocks([[.init(3, 5), .init(.infinity, 2)], [.init(1, 3)]])
    let plain = pool([[3, 3, 3, 3, 3, .infinity, .infinity], [1, 1, 1]])
    for share in [0.1, 0.3, 0.31, 0.8, 0.81, 1] {
      #expect(counted.quantile(share, [1, 1]) == plain.quantile(share, [1, 1]))
      #expect(counted.quantile(share, [2, 1]) == plain.quantile(share, [2, 1]))
    }
    #expect(counted.quantile(1, [1, 1]) == .infinity)
    #expect(counted.mean([1, 1]) == 2.25)
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    func figure(_ seed: UInt64) throws -> PairedDifference {
      var values = SplitMix64(seed: 5)
      let (a, b) = (pool(drawn(12, 20, &values)), pool(drawn(12, 20, &values)))
      var random = SplitMix64(seed: seed)
      let resamples = BlockResamples(pairs: 12, draws: 500, using: &random)
      return try #require(PairedDifference(a, b, .quantile(0.5), resamples))
    }
    #expect(try figure(1) == figure(1))
    #expect(try figure(1).standardError != figure(2).standardError)
  }

  /// What both arms of a pair have in common must not count: only the same draw for both does that.
  @Test func commonWeatherCancels() throws {
    var random = SplitMix64(seed: 3)
    let weather = (0..<20).map { _ in random.unit() * 1_000 }
    let a = pool(weather.map { [$0, $0 + 1, $0 + 2] })
    let b = pool(weather.map { [$0 + 5, $0 + 6, $0 + 7] })
    let resamples = BlockResamples(pairs: 20, draws: 500, using: &random)
    let figure = try #require(PairedDifference(a, b, .mean, resamples))
    #expect(abs(figure.delta - 5) < 1e-9)
    #expect(figure.standardError < 1e-9)
  }

  /// Of a mean the standard error is known: the deviation of the pairs' differences by √K.
  @Test func theErrorOfAMeanIsTheTextbookOne() throws {
    var random = SplitMix64(seed: 11)
    let (a, b) = (drawn(30, 1, &random), drawn(30, 1, &random))
    let resamples = BlockResamples(pairs: 30, draws: 20_000, using: &random)
    let figure = try #require(PairedDifference(pool(a), pool(b), .mean, resamples))
    let apart = zip(a, b).map { $1[0] - $0[0] }
    let mean = apart.reduce(0, +) / 30
    let spread = apart.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 29
    #expect(abs(figure.standardError / (spread / 30).squareRoot() - 1) < 0.02)
  }

  @Test func failuresWithoutEnd() throws {
    var random = SplitMix64(seed: 1)
    let resamples = BlockResamples(pairs: 10, draws: 500, using: &random)
    let fine = pool(Array(repeating: [1, 2, 3], count: 10))
    let down = pool(Array(repeating: [.infinity, .infinity, 1], count: 10))
    let figure = try #require(PairedDifference(fine, down, .quantile(0.5), resamples))
    #expect(figure.delta == .infinity)
    #expect(figure.bounds(alpha: 0.05)?.low == .infinity)
    #expect(figure.level(above: 1e9) == 0)
    let better = try #require(PairedDifference(down, fine, .quantile(0.5), resamples))
    #expect(better.bounds(alpha: 0.05)?.high == -.infinity)
    #expect(better.level(above: 0) == 1)
    let both = try #require(PairedDifference(down, down, .quantile(0.5), resamples))
    #expect(both.bounds(alpha: 0.05) == nil)
    #expect(both.level(above: 0) == 1)
    // Down in half of the pairs: the median may be either, and nothing can be said.
    let half = pool((0..<10).map { $0 < 5 ? [1, 2, 3] : [.infinity, .infinity, .infinity] })
    let unsure = try #require(PairedDifference(fine, half, .quantile(0.5), resamples))
    #expect(unsure.bounds(alpha: 0.05)?.high == .infinity)
  }

  @Test func holm() {
    #expect(Holm.adjusted([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
    #expect(Holm.adjusted([0.5, 0.9]) == [1, 1])
    #expect(Holm.adjusted([]).isEmpty)
  }

  @Test func pairsToDecide() throws {
    let figure = PairedDifference(a: 100, b: 105, pairs: 20, standardError: 4)
    let needed = try #require(figure.decidingPairs(bound: 10, alpha: 0.05, most: 5_000))
    func half(_ pairs: Int) -> Double {
      StudentT.quantile(twoSided: 0.05, degrees: pairs - 1)
        * SampleSize.error(4, 20, at: pairs)
    }
    #expect(half(needed) < 5)
    #expect(half(needed - 1) >= 5)
    #expect(figure.decidingPairs(bound: 5, alpha: 0.05, most: 5_000) == nil)
    let planned = try #require(
      SampleSize.pairs(
        standardError: 4, of: 20, margin: 10, alpha: 0.05, power: 0.9, most: 5_000))
    // (2.03 + 1.31) · 4 · √(20 / 36) = 9.96
    #expect(planned == 36)
  }
}
