import Core
import Judging
import Testing

/// When a run ends before its time, and what a sweep makes of its stages.
@Suite struct StopWatchTests {
  private func watch(_ rules: String...) throws -> StopWatch {
    var traffic = Traffic()
    traffic.stop = try rules.map { try StopRule(literal: $0) }
    return try #require(StopWatch(traffic, dialect: LineDialect()))
  }

  private func scene(_ ordinal: Int, ttft: Double = 20, fails: Bool = false) -> Exchange {
    var scene = Scene.healthy(ordinal, tokens: 3, relay: { $0 + ttft - 19 })
    if fails { scene.transport = .failed(.reset) }
    return scene.exchange
  }

  @Test func withoutRulesThereIsNothingToWatch() {
    #expect(StopWatch(Traffic(), dialect: LineDialect()) == nil)
  }

  @Test func errorsEndItOnceThereAreEnough() throws {
    var watch = try watch("errors.rate > 0.1 after 10")
    for ordinal in 0..<9 { #expect(watch.add(scene(ordinal, fails: ordinal < 5)) == nil) }
    let reason = watch.add(scene(9))
    #expect(
      reason == "errors.rate > 0.1 after 10, with 10 streams finished and 5 of them failed")
  }

  @Test func warmUpDoesNotCount() throws {
    var watch = try watch("errors.count >= 1 after 1")
    var warm = scene(0, fails: true)
    warm.warmup = true
    #expect(watch.add(warm) == nil)
    var cut = scene(1)
    cut.transport = .failed(.interrupted)
    #expect(watch.add(cut) == nil)
    #expect(watch.add(scene(2, fails: true)) != nil)
  }

  /// The same answer as the nearest-rank quantile of all values so far, for every statistic.
  @Test(arguments: ["min", "p50", "p90", "p95", "p99", "max"], ["<", "<=", ">", ">=", "=="])
  func quantilesAreThoseOfTheRecord(statistic: String, comparison: String) throws {
    let text = "ttft.\(statistic) \(comparison) 40ms after 1"
    let rule = try StopRule(literal: text).condition
    let times: [Double] = [40, 20, 60, 40, 30, 80, 40, 10 + 11, 90, 41, 39, 70]
    for count in 1...times.count {
      var counting = try watch("ttft.\(statistic) \(comparison) 40ms after \(count)")
      var stopped: String?
      var exchanges: [Observation] = []
      for (ordinal, time) in times.prefix(count).enumerated() {
        let exchange = scene(ordinal, ttft: time)
        stopped = counting.add(exchange)
        exchanges.append(
          Observation(
            exchange: exchange, provider: [], faults: [], dialect: LineDialect(),
            streamWanted: true))
      }
      let judged = Expectations.judge(
        [rule], measures: Measures.of(exchanges), errors: .init(errors: 0, total: count))
      #expect((stopped != nil) == (judged[0].outcome == .pass), "\(text), \(count)")
    }
  }

  // MARK: Sweeps

  private func target(_ name: String, ttft: Double, late: Double = 0, ends: [String: Int])
    -> TargetRecord
  {
    var record = Judge.empty(
      name: name, url: "", topology: .direct, dialect: LineDialect(),
      scenario: Scenario(name: name))
    record.exchanges = .init(total: ends.values.reduce(0, +), warmup: 2, byEnd: ends)
    record.measures["ttft"] = Measures.measure([ttft * 1e6], unit: "ns")
    record.measures["lateness.send"] = Measures.measure([late * 1e6], unit: "ns")
    return record
  }

  @Test func stagesHoldOrBreak() throws {
    let objectives = [
      try Expectation(literal: "ttft.p99 < 500ms"), try Expectation(literal: "errors.rate <= 0.01"),
    ]
    var sweep = SweepRecord(objectives: objectives.map(\.text))
    for (rate, target) in [
      (5, target("a", ttft: 20, ends: ["done": 100])),
      (10, target("b", ttft: 400, ends: ["done": 99, "interrupted": 5, "reset": 1])),
      (20, target("c", ttft: 600, late: 3, ends: ["done": 90, "reset": 10, "not-sent": 2])),
    ] {
      sweep.stages.append(SweepJudge.stage(Double(rate), target, objectives))
    }
    SweepJudge.conclude(&sweep)
    #expect(sweep.stages.map(\.held) == [true, true, false])
    #expect(sweep.stages.map(\.errors) == [0, 1, 12])
    #expect((sweep.highestHeld, sweep.lowestBroke) == (10, 20))
    #expect(sweep.stages[2].missed.count == 2)
    #expect(sweep.stages[0].machine == nil)
    #expect(
      sweep.stages[2].machine
        == "2 requests could not be sent: too many streams were under way; "
        + "1 % of requests were sent more than 3.00 ms late")
    #expect(sweep.result.hasPrefix("Held up to 10/s and broke at 20/s. There ttft.p99 < 500ms: "))
    #expect(sweep.result.contains("This machine may have been the limit, and not the target: "))
  }

  @Test func noFigureIsNoSuccess() throws {
    let objective = [try Expectation(literal: "ttft.p99 < 500ms")]
    var silent = target("a", ttft: 1, ends: ["timeout-first-byte": 20])
    silent.measures = [:]
    var sweep = SweepRecord(objectives: ["ttft.p99 < 500ms"])
    sweep.stages = [SweepJudge.stage(5, silent, objective)]
    SweepJudge.conclude(&sweep)
    #expect(sweep.highestHeld == nil && sweep.lowestBroke == 5)
    #expect(sweep.result.hasPrefix("Did not hold at 5/s, the lowest rate that was tried."))
  }
}
