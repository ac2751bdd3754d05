import Core
import Testing

@Suite struct SplitMix64Tests {
  /// The published reference output for the seed 1234567.
  @Test func givesTheReferenceNumbers() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in random.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func unitsLieStrictlyBetweenZeroAndOne() {
    var random = SplitMix64(seed: 1)
    var sum = 0.0
    for _ in 0..<100_000 {
      let value = random.unit()
      #expect(value > 0 && value < 1)
      sum += value
    }
    #expect(abs(sum / 100_000 - 0.5) < 0.005)
  }

  @Test func generatorsOfRulesAndStreamsDiffer() {
    var first: Set<UInt64> = []
    for seed in 0..<5 as Range<UInt64> {
      for rule in 1..<6 as Range<UInt64> {
        for ordinal in 0..<200 as Range<UInt64> {
          var random = SplitMix64(seed: seed, rule: rule, ordinal: ordinal)
          first.insert(random.next())
          var again = SplitMix64(seed: seed, rule: rule, ordinal: ordinal)
          #expect(first.contains(again.next()))
        }
      }
    }
    #expect(first.count == 5 * 5 * 200)
  }
}

@Suite struct DistributionTests {
  private func draws(_ distribution: Distribution, _ count: Int = 50_000) -> [Double] {
    var random = SplitMix64(seed: 42)
    return (0..<count).map { _ in distribution.sample(&random).milliseconds }
  }

  /// Nearest rank.
  private func quantile(_ sorted: [Double], _ share: Double) -> Double {
    sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
  }

  @Test func aConstantDrawsNothing() {
    var random = SplitMix64(seed: 3)
    var untouched = random
    #expect(Distribution.constant(.milliseconds(5)).sample(&random) == .milliseconds(5))
    #expect(random.next() == untouched.next())
  }

  @Test func aUniformIsEvenBetweenItsEnds() throws {
    let sorted = draws(.uniform(low: .milliseconds(4), high: .milliseconds(6))).sorted()
    #expect(try #require(sorted.first) >= 4)
    #expect(try #require(sorted.last) <= 6)
    for share in [0.1, 0.25, 0.5, 0.75, 0.9] {
      #expect(abs(quantile(sorted, share) - (4 + 2 * share)) < 0.03)
    }
  }

  @Test func aNormalHasItsMeanAndDeviation() {
    let values = draws(.normal(mean: .milliseconds(10), deviation: .milliseconds(2)))
    let mean = values.reduce(0, +) / Double(values.count)
    let variance =
      values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
    #expect(abs(mean - 10) < 0.05)
    #expect(abs(variance.squareRoot() - 2) < 0.05)
  }

  @Test func aNormalNeverGoesBelowZero() {
    let values = draws(.normal(mean: .milliseconds(1), deviation: .milliseconds(10)))
    #expect(values.allSatisfy { $0 >= 0 })
    #expect(values.contains(0))
  }

  @Test func aLognormalHasTheQuantilesItIsGivenBy() {
    let sorted = draws(.lognormal(p50: .milliseconds(12), p99: .milliseconds(60))).sorted()
    #expect(abs(quantile(sorted, 0.5) - 12) < 0.3)
    #expect(abs(quantile(sorted, 0.99) - 60) < 4)
    #expect(abs(quantile(sorted, 0.01) - 12 * 12 / 60) < 0.2)
  }

  @Test func aHeavyTailIsClippedAtTheLongestDuration() {
    var random = SplitMix64(seed: 5)
    let heavy = Distribution.lognormal(p50: Nanoseconds(1), p99: Limits.duration)
    for _ in 0..<10_000 { #expect(heavy.sample(&random) <= Limits.duration) }
  }

  @Test func medians() {
    #expect(Distribution.constant(Nanoseconds(7)).median == Nanoseconds(7))
    #expect(Distribution.uniform(low: Nanoseconds(4), high: Nanoseconds(6)).median.count == 5)
    #expect(Distribution.normal(mean: Nanoseconds(4), deviation: Nanoseconds(6)).median.count == 4)
    #expect(Distribution.lognormal(p50: Nanoseconds(4), p99: Nanoseconds(6)).median.count == 4)
  }
}
