import Core
import Testing

/// Open loops: when requests are meant to start.
struct ArrivalTests {
  private func times(_ literal: String, seed: UInt64 = 1) throws -> ArrivalTimes {
    try #require(ArrivalTimes(try Arrivals(literal: literal), seed: seed))
  }

  @Test func aConstantRateIsEven() throws {
    let found = try times("constant 20/s").prefix(5).map(\.count)
    #expect(found == [0, 50_000_000, 100_000_000, 150_000_000, 200_000_000])
    #expect(try times("constant 90/m").prefix(2).map(\.count) == [0, 666_666_667])
  }

  @Test func stagesFollowOneAnother() throws {
    let found = try Array(times("constant 10/s for 1s, 100/s for 500ms, 10/s for 1s"))
    #expect(found.count == 70)
    #expect(found == found.sorted())
    #expect(found.count { $0 < .seconds(1) } == 10)
    #expect(found.count { $0 >= .seconds(1) && $0 < .milliseconds(1_500) } == 50)
  }

  @Test func aRampHasTheAreaBelowIt() throws {
    let found = try Array(times("constant 0/s..100/s for 10s"))
    #expect(abs(found.count - 500) <= 1)
    // Half of the time has a quarter of the starts.
    #expect(abs(found.count { $0 < .seconds(5) } - 125) <= 1)
    let falling = try Array(times("constant 100/s..0/s for 10s"))
    #expect(abs(falling.count { $0 < .seconds(5) } - 375) <= 1)
  }

  @Test func stepsAreStages() throws {
    guard
      case .open(_, let profile) = try Arrivals(literal: "poisson 10/s..50/s in 5 steps for 1m")
    else { throw CancellationError() }
    #expect(profile.stages.map(\.from) == [10, 20, 30, 40, 50])
    #expect(profile.stages.allSatisfy { $0.from == $0.to && $0.duration == .seconds(12) })
    #expect(profile.duration == .seconds(60))
    #expect(profile.rate(at: .seconds(13)) == 20)
    #expect(profile.rate(at: .seconds(60)) == 0)
  }

  @Test(arguments: [
    ("poisson 100/s", 1.0), ("gamma(cv=0.3) 100/s", 0.3), ("gamma(cv=2.5) 100/s", 2.5),
  ])
  func gapsHaveTheirMeanAndVariation(literal: String, cv: Double) throws {
    let count = 40_000
    let found = try times(literal, seed: 11).prefix(count).map(\.seconds)
    let gaps = zip([0] + found, found).map { $1 - $0 }
    let mean = gaps.reduce(0, +) / Double(count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Four standard errors of a mean of draws with this variation.
    #expect(abs(mean - 0.01) < 0.01 * 4 * cv / Double(count).squareRoot())
    #expect(abs(variance.squareRoot() / mean - cv) < 0.06 * cv)
  }

  @Test func theSeedAndNothingElseDecides() throws {
    let literal = "gamma(cv=2) 5/s..50/s for 60s"
    #expect(try Array(times(literal, seed: 3)) == Array(times(literal, seed: 3)))
    #expect(try Array(times(literal, seed: 3)) != Array(times(literal, seed: 4)))
  }

  @Test(arguments: [
    ("constant 0/s", "a rate must be above zero"),
    ("constant -1/s", "a rate cannot be negative"),
    ("poison 5/s", "did you mean `poisson`?"),
    ("constant 5", "expected `/` after the number of a rate"),
    ("constant 5/h", "per second or per minute"),
    ("constant 5/s..50/s", "a rate that changes needs a time"),
    ("constant 5/s, 6/s for 1s", "only the last rate may go on for ever"),
    ("constant 5/s for 0s", "a stage must last some time"),
    ("constant 5/s during 3s", "unexpected `during`"),
    ("constant 5/s in 1 steps for 3s", "must be 2 to 1000"),
    ("gamma 5/s", "expected `(` after `gamma`"),
    ("gamma(cv=0) 5/s", "0.01 to 100"),
    ("constant 1000000/s", "a rate is at most 100000/s"),
    ("constant", "expected a rate such as `20/s`"),
    ("", "unknown arrivals"),
  ])
  func whatIsNone(literal: String, message: String) {
    let error = #expect(throws: LiteralError.self) { try Arrivals(literal: literal) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
