import Core
import Judging
import Testing
import Wire

@Suite struct ExpectationTests {
  private func run(
    _ measure: String, _ statistic: String, _ comparison: Core.Expectation.Comparison,
    _ bound: Core.Expectation.Bound, errors: Int = 0, total: Int = 10
  ) -> TargetRecord.ExpectationResult {
    let measures = [
      "ttft": Measures.measure((1...100).map { Double($0) * 1e6 }, unit: "ns"),
      "spread": Measures.measure([0.25, 0.5], unit: "ratio"),
    ].compactMapValues(\.self)
    return Expectations.judge(
      [
        Core.Expectation(
          measure: measure, statistic: statistic, comparison: comparison, bound: bound,
          text: "words")
      ], measures: measures, errors: .init(errors: errors, total: total))[0]
  }

  @Test func times() {
    #expect(run("ttft", "p99", .less, .time(.milliseconds(100))).outcome == .pass)
    #expect(run("ttft", "p99", .less, .time(.milliseconds(99))).outcome == .fail)
    #expect(run("ttft", "p99", .lessOrEqual, .time(.milliseconds(99))).outcome == .pass)
    #expect(run("ttft", "max", .greater, .time(.milliseconds(99))).outcome == .pass)
    #expect(run("ttft", "p50", .greaterOrEqual, .time(.milliseconds(51))).outcome == .fail)
    #expect(run("ttft", "p99.9", .equal, .time(.milliseconds(100))).outcome == .pass)
    #expect(run("ttft", "p99", .less, .time(.milliseconds(99))).actual == "99.0 ms")
    #expect(run("ttft", "p99", .less, .time(.milliseconds(99))).text == "words")
  }

  @Test func numbers() {
    #expect(run("spread", "p50", .greater, .number(0.2)).outcome == .pass)
    #expect(run("spread", "p50", .greater, .number(0.25)).outcome == .fail)
    #expect(run("ttft", "n", .equal, .number(100)).outcome == .pass)
    #expect(run("errors", "rate", .less, .number(0.01)).outcome == .pass)
    #expect(run("errors", "rate", .less, .number(0.3), errors: 3).outcome == .fail)
    #expect(run("errors", "count", .lessOrEqual, .number(3), errors: 3).outcome == .pass)
  }

  @Test func noFigureNoVerdict() {
    #expect(run("gap", "p99", .less, .time(.seconds(1))).outcome == .inconclusive)
    #expect(run("ttft", "p42", .less, .time(.seconds(1))).outcome == .inconclusive)
    #expect(run("ttft", "p50", .less, .number(1)).outcome == .inconclusive)
    #expect(run("spread", "p50", .less, .time(.seconds(1))).outcome == .inconclusive)
    #expect(run("errors", "rate", .less, .number(1), total: 0).outcome == .inconclusive)
  }

  @Test func whatCountsAsAnError() {
    var left = Scene.healthy()
    left.transport = .failed(.cancelled)
    var stopped = Scene.healthy()
    stopped.transport = .failed(.interrupted)
    var warm = Scene.healthy()
    warm.warmup = true
    warm.transport = .failed(.reset)
    var cut = Scene.healthy()
    cut.transport = .failed(.premature)
    let all = [Scene.healthy(), left, stopped, warm, cut].map(\.observation)
    #expect(Expectations.ErrorCount(all, leaves: false) == .init(errors: 2, total: 3))
    #expect(Expectations.ErrorCount(all, leaves: true) == .init(errors: 1, total: 3))
  }
}

@Suite struct JudgeTests {
  private func record(_ scenes: [Scene], expect: [Core.Expectation] = []) -> TargetRecord {
    let fault = try? FaultRule("reset at event(5)")
    return Judge.target(
      dialect: LineDialect(),
      scenario: Scenario(
        name: "test", about: "about", traffic: Traffic(streams: 9, concurrency: 3),
        faults: fault.map { [$0] } ?? [], expect: expect),
      observations: scenes.map(\.observation))
  }

  @Test func everythingIsThere() {
    var warm = Scene.healthy(0)
    warm.warmup = true
    var cut = Scene.healthy(2)
    cut.transport = .failed(.premature)
    cut.strike("reset", at: 200, events: 4)
    let record = record([cut, warm, Scene.healthy(1)])
    #expect(record.exchanges.total == 2)
    #expect(record.exchanges.warmup == 1)
    #expect(record.exchanges.byEnd == ["done": 1, "premature": 1])
    #expect(record.exchanges.done == 1)
    #expect(record.scenario.faults == ["leg b: reset at event(5)"])
    #expect(record.scenario.concurrency == 3)
    #expect(record.measures["ttft"]?.n == 1)
    #expect(record.verdicts.map(\.id) == Checks.all.map(\.id))
    #expect(record.usage == .init(reported: 1, prompt: 1237, completion: 419))
    #expect(record.faults.count == 1)
    #expect(record.dialect == "line")
    #expect(record.streams.map(\.ordinal) == [1, 2])
    #expect(record.streams[0].ttft == .milliseconds(21))
    #expect(record.streams[0].writes.count == 20)
    #expect(record.streams[0].writes[1] == .milliseconds(69))
    #expect(record.streams[0].arrivals[1] == .milliseconds(71))
    #expect(record.streams[1].end == .premature)
  }

  @Test func failuresComeFirst() {
    let scenes = (0..<60).map { ordinal in
      var scene = Scene.healthy(ordinal, tokens: 1)
      if ordinal >= 50 { scene.transport = .failed(.reset) }
      return scene
    }
    let streams = record(scenes).streams
    #expect(streams.map(\.ordinal) == Array(0..<14) + Array(50..<60))
  }

  @Test func drawnStreamsKeepABoundedNumberOfMarks() {
    let stream = record([Scene.healthy(tokens: 3_000, gap: 1)]).streams[0]
    #expect(stream.writes.count == Limits.recordedMarks)
    #expect(stream.arrivals.count == Limits.recordedMarks)
    #expect(stream.writes.first == .milliseconds(19))
    #expect(stream.writes.last == .milliseconds(19 + 2_999))
  }

  @Test func nothingMeasured() {
    let record = record([])
    #expect(record.measures.isEmpty)
    #expect(record.usage == nil)
    #expect(record.verdicts.allSatisfy { $0.verdict == .skip || $0.verdict == .inconclusive })
  }

  @Test func hugeUsageDoesNotTrap() {
    let scenes = (0..<2).map { ordinal in
      var scene = Scene.healthy(ordinal)
      scene.lines[22].text = "u \(Int.max) \(Int.max)"
      return scene
    }
    #expect(record(scenes).usage?.prompt == .max)
  }

  @Test func passing() {
    func passed(_ change: (inout TargetRecord) -> Void) -> Bool {
      var target = record([Scene.healthy()])
      target.verdicts = []
      change(&target)
      return Judge.passed(
        RunRecord(
          tool: .init(version: "", curl: ""), startedAt: "", durationNs: .zero, complete: true,
          note: "", machine: .init(system: "", processor: "", cores: 1, memoryBytes: 1), seed: 0,
          instrument: .init(floor: [:], lateness: [:], fit: true, remarks: []),
          targets: [target]))
    }
    func verdict(_ level: Verdict.Level, _ outcome: Verdict.Outcome) -> Verdict {
      Verdict(id: "a/b", level: level, verdict: outcome, expected: "", actual: "")
    }
    #expect(passed { _ in })
    #expect(!passed { $0.verdicts = [verdict(.must, .fail)] })
    #expect(passed { $0.verdicts = [verdict(.should, .fail), verdict(.must, .warn)] })
    #expect(passed { $0.verdicts = [verdict(.must, .inconclusive), verdict(.must, .skip)] })
    #expect(!passed { $0.expectations = [.init(text: "", outcome: .fail, actual: "")] })
    #expect(passed { $0.expectations = [.init(text: "", outcome: .inconclusive, actual: "")] })
  }
}

@Suite struct RegistryTests {
  @Test func sortedAndUnique() {
    let ids = Checks.all.map(\.id)
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == ids.count)
    #expect(Checks.all.allSatisfy { !$0.requirement.isEmpty })
    #expect(Checks.named("no/such") == nil)
  }

  /// A thousand bad streams name a few.
  @Test func evidenceIsBounded() {
    let scenes = (0..<1000).map { ordinal in
      var scene = Scene.healthy(ordinal, tokens: 1)
      scene.lines[2].text = "f stop"
      scene.lines[3].text = "u \(ordinal) 1"
      return scene
    }
    let verdict = judge("fidelity/usage", scenes)
    #expect(verdict.evidence.count == Limits.evidencePerVerdict)
    #expect(verdict.actual.contains("995 more kinds"))
    #expect(verdict.actual.utf8.count < 1000)
  }
}
