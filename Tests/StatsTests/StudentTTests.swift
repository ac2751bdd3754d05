import Testing

import Stats

/// Against published tables.
@Suite struct StudentTTests {
  /// Two-sided 5 % and 1 % points (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
  @Test(arguments: [
    (1, 12.706, 63.657), (2, 4.303, 9.925), (3, 3.182, 5.841), (4, 2.776, 4.604),
    (5, 2.571, 4.032), (9, 2.262, 3.250), (10, 2.228, 3.169), (19, 2.093, 2.861),
    (20, 2.086, 2.845), (29, 2.045, 2.756), (30, 2.042, 2.750), (49, 2.010, 2.680),
    (60, 2.000, 2.660), (100, 1.984, 2.626),
  ])
  func quantiles(_ degrees: Int, _ five: Double, _ one: Double) {
    #expect(abs(StudentT.quantile(twoSided: 0.05, degrees: degrees) - five) < 0.0006)
    #expect(abs(StudentT.quantile(twoSided: 0.01, degrees: degrees) - one) < 0.0006)
  }

  @Test func manyDegreesAreNormal() {
    #expect(abs(StudentT.quantile(twoSided: 0.05, degrees: 4_999) - 1.9604) < 0.0005)
    #expect(abs(Normal.quantile(twoSided: 0.05) - 1.959963985) < 1e-8)
    #expect(abs(Normal.quantile(twoSided: 0.01) - 2.575829304) < 1e-8)
  }

  /// One degree is Cauchy's distribution, two have a closed form too.
  @Test func closedForms() {
    #expect(abs(StudentT.share(within: 1, degrees: 1) - 0.5) < 1e-14)
    let t = 1.5
    #expect(abs(StudentT.share(within: t, degrees: 2) - t / (2 + t * t).squareRoot()) < 1e-14)
  }

  @Test(arguments: [1, 2, 3, 7, 19, 50, 333])
  func quantileInvertsShare(_ degrees: Int) {
    for alpha in [0.9, 0.5, 0.1, 0.01, 1e-6] {
      let t = StudentT.quantile(twoSided: alpha, degrees: degrees)
      #expect(abs(1 - StudentT.share(within: t, degrees: degrees) - alpha) < 1e-9)
    }
  }

  @Test func ends() {
    #expect(StudentT.quantile(twoSided: 0, degrees: 5) == .infinity)
    #expect(StudentT.quantile(twoSided: 1, degrees: 5) == 0)
    #expect(StudentT.twoSided(above: -1, degrees: 5) == 1)
    #expect(StudentT.twoSided(above: .infinity, degrees: 5) == 0)
  }
}

@Suite struct ShareDifferenceTests {
  private func shares(_ a: (Int, Int), _ b: (Int, Int)) throws -> ShareDifference {
    try #require(
      ShareDifference(
        a: .init(failed: a.0, total: a.1), b: .init(failed: b.0, total: b.1)))
  }

  /// Newcombe (1998), table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10, 0/10 − 0/20.
  @Test(arguments: [
    ((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090),
    ((0, 10), (10, 10), 0.6075, 1.0), ((0, 20), (0, 10), -0.1611, 0.2775),
  ])
  func published(_ a: (Int, Int), _ b: (Int, Int), _ low: Double, _ high: Double) throws {
    let bounds = try shares(a, b).bounds(alpha: 0.05)
    #expect(abs(bounds.low - low) < 0.0001)
    #expect(abs(bounds.high - high) < 0.0001)
  }

  @Test func levelIsWhereTheIntervalBegins() throws {
    let shares = try shares((2, 400), (40, 400))
    let level = shares.level(above: 0.05)
    #expect(abs(shares.bounds(alpha: 2 * level).low - 0.05) < 1e-9)
    #expect(shares.level(above: 0.2) == 1)
  }

  @Test func noFailureNeedsManyToSaySo() throws {
    #expect(try shares((0, 380), (0, 380)).bounds(alpha: 0.05).high > 0.01)
    #expect(try shares((0, 381), (0, 381)).bounds(alpha: 0.05).high < 0.01)
    let needed = try shares((0, 200), (0, 200))
      .decidingMultiple(bound: 0.01, alpha: 0.05, of: 10, most: 5_000)
    #expect(needed == 20)
    #expect(ShareDifference(a: .init(failed: 0, total: 0), b: .init(failed: 0, total: 9)) == nil)
  }
}
