import Core
import Testing

@Suite struct SweepPlanTests {
  private func plan(_ text: String, _ objective: String = "ttft.p99 < 500ms") throws -> SweepPlan {
    try SweepPlan(literal: text, objectives: [try Expectation(literal: objective)])
  }

  /// Plays a target that holds up to a rate.
  private func search(_ plan: SweepPlan, holdsTo limit: Double) -> [(rate: Double, held: Bool)] {
    var stages: [(rate: Double, held: Bool)] = []
    while let rate = plan.next(after: stages) {
      stages.append((rate, rate <= limit))
      if stages.count > 100 { break }
    }
    return stages
  }

  @Test func literals() throws {
    let plain = try plan("5..200/s")
    #expect((plain.from, plain.to, plain.steps) == (5, 200, 8))
    #expect(plain.process == .constant)
    let long = try plan(" poisson 30/m..2.5/s in 12 steps ")
    #expect((long.from, long.to, long.steps) == (0.5, 2.5, 12))
    #expect(long.process == .poisson)
    #expect(plain.objectives.map(\.text) == ["ttft.p99 < 500ms", "errors.rate <= 0.01"])
    #expect(try plan("5..200/s", "errors.rate < 0.5").objectives.count == 1)
  }

  @Test(arguments: [
    ("0..200/s", "a rate must be above zero"), ("-5..200/s", "a rate cannot be negative"),
    ("5..-200/s", "a rate cannot be negative"), ("200..5/s", "a sweep goes upwards"),
    ("5/s", "a sweep goes from one rate to another"), ("5..200", "after the number of a rate"),
    ("5..200/s in 1 steps", "must be 2 to 40"), ("5..200/s for 5s", "expected the end or `in N"),
    ("poison 5..200/s", "did you mean `poisson`?"), ("", "expected a rate"),
    ("5..200000/s", "at most 100000/s"),
  ])
  func mistakesAreNamed(text: String, message: String) throws {
    do {
      _ = try plan(text)
      Issue.record("\(text) was taken")
    } catch let error as LiteralError {
      #expect(error.message.contains(message), "\(text): \(error.message)")
    }
  }

  @Test func climbsAtEqualRatiosAndEndsWhereAllHolds() throws {
    let rates = search(try plan("5..640/s in 8 steps"), holdsTo: .infinity).map(\.rate)
    #expect(rates.map { Int($0.rounded()) } == [5, 10, 20, 40, 80, 160, 320, 640])
  }

  @Test func stopsAtTheFirstBreakAndClosesIn() throws {
    let stages = search(try plan("5..640/s in 8 steps"), holdsTo: 50)
    #expect(stages.map { Int($0.rate.rounded()) } == [5, 10, 20, 40, 80, 57, 48, 52])
    #expect(stages.map(\.held) == [true, true, true, true, false, false, true, false])
    #expect(search(try plan("5..640/s"), holdsTo: 1).map(\.rate) == [5], "nothing lies below")
  }

  @Test func stagesAreScenariosOfTheirOwn() throws {
    let plan = try plan("5..200/s")
    var scenario = Scenario(name: "a/b", expect: [try Expectation(literal: "ttft.p50 < 1s")])
    scenario.traffic.warmup = 3
    let third = plan.scenario(scenario, rate: 12.345, number: 2, seed: 7)
    #expect(third.name == "a/b at 12.3/s")
    #expect(third.traffic.seed == 9 && third.expect.isEmpty)
    #expect(third.traffic.warmup == 25 && third.traffic.duration == .seconds(12))
    #expect(third.traffic.planned > 110 && third.traffic.planned < 130)
  }

  @Test func stopRules() throws {
    let plain = try StopRule(literal: "errors.rate > 0.1")
    #expect(plain.after == StopRule.plainAfter && plain.condition.measure == "errors")
    let later = try StopRule(literal: "ttft.p95 > 2s after 50")
    #expect(later.after == 50 && later.condition.bound == .time(.seconds(2)))
    for (text, message) in [
      ("tfft.p95 > 2s", "did you mean `ttft.p95`?"), ("ttft > 2s", "needs one of"),
      ("ttft.p95 > 2s afer 5", "expected the end or `after N`"),
      ("ttft.p95 > 2s after 0", "must be 1 to"), ("ttft.p95 > 2s after", "must be a whole number"),
      ("added.chunk.p99 > 2s", "not known while the run goes on"),
    ] {
      do {
        _ = try StopRule(literal: text)
        Issue.record("\(text) was taken")
      } catch {
        #expect(error.message.contains(message), "\(text): \(error.message)")
      }
    }
  }
}
