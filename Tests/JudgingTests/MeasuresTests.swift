import Core
import Judging
import Testing

@Suite struct MeasuresTests {
  private func only(_ name: String, _ scenes: [Scene]) -> Measure? {
    Measures.of(scenes.map(\.observation))[name]
  }

  /// Role at 20 → 22, tokens at 20, 30, 40, 80 → 22, 32, 45, 83; end at 90.
  private var scene: Scene {
    var scene = Scene.healthy(tokens: 4, gap: 10)
    for index in 4..<8 { scene.provider?.writes[index].instant = Scene.ms(80) }
    scene.lines[3].at = 45
    for index in 4..<8 { scene.lines[index].at = 83 }
    scene.ended = 90
    return scene
  }

  @Test func byHand() throws {
    let measures = Measures.of([scene.observation])
    func samples(_ name: String) -> [Double]? { measures[name]?.samples.map { $0 / 1e6 } }
    #expect(samples("ttfb") == [21])
    #expect(samples("ttft") == [21])
    #expect(samples("ttft.any") == [21])
    #expect(samples("ttft.response") == [22])
    #expect(measures["ttfr"] == nil)
    #expect(samples("gap") == [10, 13, 38])
    #expect(samples("stall") == [38])
    #expect(samples("added.chunk") == [2, 2, 3, 5])
    #expect(samples("added.ttft") == [2])
    #expect(samples("e2e") == [89])
    #expect(samples("lateness.send") == [0.5])
    #expect(samples("lateness.write")?.count == 8)
    #expect(samples("lateness.write")?.first == 0.25)
    #expect(measures["coalesced"]?.samples == [0])
    let spread = try #require(measures["spread"])
    #expect(abs(spread.p50 - 61.0 / 60) < 1e-9)
    #expect(spread.unit == "ratio")
    let tpot = try #require(measures["tpot"])
    #expect(abs(tpot.p50 - 68e6 / 3) < 1e-3)
    let rate = try #require(measures["rate"])
    #expect(abs(rate.p50 - 4 / 0.089) < 1e-9)
    #expect(rate.unit == "per-second")
    #expect(measures["gap"]?.storage == "exact")
    #expect(measures["gap"]?.unit == "ns")
  }

  @Test func reasoningComesFirst() {
    var scene = scene
    scene.lines[0] = .init(text: "g hm", at: 21)
    #expect(only("ttfr", [scene])?.p50 == 20e6)
    #expect(only("ttft.any", [scene])?.p50 == 20e6)
    #expect(only("ttft", [scene])?.p50 == 21e6)
  }

  @Test func failuresAndWarmUpAreLeftOut() {
    var failed = scene
    failed.transport = .failed(.reset)
    var warm = scene
    warm.warmup = true
    #expect(Measures.of([failed.observation, warm.observation]).isEmpty)
    #expect(only("ttft", [scene, failed, warm])?.n == 1)
  }

  /// Written 50 ms apart, poured out at the end.
  @Test func aBufferedReply() {
    let scene = Scene.healthy(relay: { _ in 1100 })
    #expect(only("coalesced", [scene])?.p50 == 1)
    #expect(only("spread", [scene])?.p50 == 0)
    #expect(only("gap", [scene]) == nil)
  }

  /// What was written in one go may arrive in one go.
  @Test func aBurstIsNotCoalesced() {
    var scene = Scene.healthy(tokens: 4, gap: 0, relay: { _ in 30 })
    #expect(only("coalesced", [scene]) == nil)
    #expect(only("spread", [scene]) == nil)
    // One-sided nothing is known of the writes: the share of all that came together.
    scene.provider = nil
    #expect(only("coalesced", [scene])?.p50 == 1)
    #expect(only("spread", [scene]) == nil)
    #expect(only("added.chunk", [scene]) == nil)
    #expect(only("lateness.write", [scene]) == nil)
  }

  @Test func twoDeltasInOneEventAreCoalesced() {
    var scene = Scene.healthy(tokens: 3)
    scene.lines[2].text += scene.line(2).dropFirst(2)
    scene.lines.remove(at: 3)
    #expect(only("coalesced", [scene])?.p50 == 0.5)
  }

  /// Scripted usage is invented, so scripted tokens are counted; elsewhere usage counts.
  @Test func tokensOfAnAnswer() {
    var scene = Scene.healthy(tokens: 2)
    for index in 1...2 { scene.lines[index].text = "o word" }
    let seconds = scene.ended - 1
    #expect(abs((only("rate", [scene])?.p50 ?? 0) - 419_000 / seconds) < 1e-6)
    scene.lines.remove(at: 4)
    #expect(abs((only("rate", [scene])?.p50 ?? 0) - 2_000 / seconds) < 1e-6)
    #expect(only("tpot", [scene]) != nil)
  }

  /// Whence the tokens are known stands in the record.
  @Test func theSourceOfTokensIsTold() {
    var reported = Scene.healthy(1, tokens: 2)
    for index in 1...2 { reported.lines[index].text = "o word" }
    var silent = Scene.healthy(2, tokens: 2)
    for index in 1...2 { silent.lines[index].text = "o word" }
    silent.lines.remove(at: 4)
    let record = Judge.target(
      dialect: LineDialect(), scenario: Scenario(name: "x"),
      observations: [Scene.healthy(tokens: 2), reported, silent].map(\.observation))
    #expect(record.tokens == ["scripted": 1, "usage": 1, "estimate": 1])
  }

  /// Per event nothing is ever 0; per read also a part of an event counts.
  @Test func gapsPerEventAndPerRead() throws {
    var scene = Scene.healthy(tokens: 4, gap: 10)
    // Tokens 1 and 2 in one read, usage and marker in reads of their own.
    scene.lines[3].at = scene.lines[2].at
    let samples = Measures.of([scene.observation])
    #expect(samples["gap"]?.samples.map { $0 / 1e6 } == [10, 20])
    #expect(samples["gap.read"]?.samples.map { $0 / 1e6 } == [10, 20])
  }

  @Test func nothingButOutputMakesGaps() {
    var scene = Scene.healthy(tokens: 2, gap: 40)
    let quiet = Measures.of([scene.observation])
    scene.lines.insert(.init(text: "c ping", at: 30), at: 2)
    scene.lines.insert(.init(text: "r assistant", at: 40), at: 3)
    let noisy = Measures.of([scene.observation])
    for name in ["ttft", "gap", "gap.read", "stall"] {
      #expect(quiet[name]?.samples == noisy[name]?.samples, "\(name)")
    }
  }

  @Test func turnsHaveFiguresOfTheirOwn() throws {
    var scenario = Scenario(name: "x")
    scenario.traffic.prompt = PromptPlan(turns: [
      PromptTemplate(fixed: "a"), PromptTemplate(fixed: "b"),
    ])
    var failed = Scene.healthy(3)
    failed.transport = .failed(.reset)
    let scenes = [
      Scene.healthy(0), Scene.healthy(1, relay: { $0 + 30 }), Scene.healthy(2), failed,
    ]
    let record = Judge.target(
      dialect: LineDialect(), scenario: scenario, observations: scenes.map(\.observation))
    let turns = try #require(record.turns)
    #expect(turns.map(\.total) == [2, 2] && turns.map(\.done) == [2, 1])
    #expect(turns[0].ttft?.samples.map { $0 / 1e6 } == [21, 21])
    #expect(turns[1].ttft?.samples.map { $0 / 1e6 } == [49])
  }

  /// Which of the two a figure was made from stands in the record.
  @Test func manySamplesAreCountedInAHistogram() throws {
    let few = try #require(
      Measures.measure((1...Limits.exactSamples).map { Double($0) }, unit: "ns"))
    #expect(few.storage == "exact")
    let many = try #require(
      Measures.measure((0...Limits.exactSamples).map { Double($0) }, unit: "ns"))
    #expect(many.storage == "histogram" && many.n == few.n + 1)
    #expect(many.min == 0 && many.max == few.max)
    #expect(abs(many.p99 - few.p99) <= few.p99 * 0.001)
  }
}
