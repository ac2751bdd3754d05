import Core
import Judging
import Stats
import Testing

@Suite struct ComparisonJudgeTests {
  private func blocks(
    _ count: Int, streams: Int = 20, failed: Int = 0, _ value: (Int) -> Double
  ) -> [HalfBlock] {
    (0..<count).map { block in
      let values = (failed..<streams).map { HalfBlock.Counted(value(block * streams + $0)) }
      return HalfBlock(total: streams, failed: failed, values: ["ttft": values])
    }
  }

  private func judge(
    _ a: [HalfBlock], _ b: [HalfBlock], gates: [MeasureGate] = MeasureGate.usual
  ) -> ArmComparison {
    ComparisonJudge(gates: gates, alpha: 0.05, seed: 7)
      .judge(BlockPairs(Array(zip(a, b)).map { (a: $0, b: $1) }), arm: "b", against: "a")
  }

  private func wave(_ index: Int) -> Double { 1e8 + Double(index % 17) * 1e6 }

  @Test func theSameIsNoWorse() {
    let a = blocks(20, wave)
    let result = judge(a, a)
    #expect(result.decision == .pass)
    #expect(result.measures.first?.delta == 0)
    #expect(result.reason.contains("b is no worse than a"))
    #expect(result.shifts.count == 9)
    // Nobody named added.chunk, which is missing here, so that it does not hold up the others.
    #expect(result.measures.first { $0.measure == "added.chunk" }?.state == .missing)
  }

  @Test func muchSlowerFails() {
    let result = judge(blocks(20, wave), blocks(20) { wave($0) + 5e7 })
    #expect(result.decision == .fail)
    #expect(result.measures.first?.state == .fail)
    #expect(result.reason.contains("worse than a by more than the margin: ttft.p50"))
  }

  /// Faster by any amount is no alarm.
  @Test func fasterPasses() {
    let result = judge(blocks(20) { wave($0) + 5e7 }, blocks(20, wave))
    #expect(result.decision == .pass)
  }

  @Test func whatLiesAtTheMarginIsNotDecided() throws {
    var random = SplitMix64(seed: 1)
    let noise = (0..<20).map { _ in random.unit() * 3e7 }
    let gate = MeasureGate("ttft", "p50", absolute: 1e6, relative: 0.10)
    let result = judge(
      blocks(20, wave), blocks(20) { wave($0) + noise[$0 / 20] - 6e6 }, gates: [gate])
    #expect(result.decision == .inconclusive)
    let figure = try #require(result.measures.first)
    #expect(figure.reason.contains("the interval contains the margin"))
    #expect(try #require(figure.pairsNeeded) > 20)
    #expect(result.reason.contains("pairs would decide it"))
  }

  @Test func tooFewStreamsAreRefused() throws {
    let few = blocks(10, wave)
    let p99 = MeasureGate("ttft", "p99", absolute: 1e6, relative: 0.25)
    var asked = p99
    asked.isAsked = true
    let p50 = MeasureGate("ttft", "p50", absolute: 1e6, relative: 0.10)
    let figure = try #require(judge(few, few, gates: [p99, p50]).measures.first)
    #expect(figure.state == .refused)
    #expect(figure.reason == "200 streams are too few for p99, which needs 299")
    #expect(judge(few, few, gates: [p99, p50]).decision == .pass)
    #expect(judge(few, few, gates: [asked, p50]).decision == .inconclusive)
    let more = blocks(15, wave)
    #expect(judge(more, more, gates: [p99]).measures.first?.warning?.contains("2000") == true)
  }

  /// Failures are values that never came, and have a gate of their own.
  @Test func failuresCount() throws {
    let result = judge(blocks(20, wave), blocks(20, failed: 4, wave))
    #expect(result.decision == .fail)
    let errors = try #require(result.measures.first { $0.measure == "errors" })
    #expect(errors.state == .fail)
    #expect(errors.delta == 0.2)
    let p95 = try #require(result.measures.first { $0.name == "ttft.p95" })
    #expect(p95.b == .infinity)
    #expect(p95.state == .fail)
  }

  @Test func armThatIsDownForHalfOfTheBlocks() throws {
    let b = (0..<20).map {
      $0 < 10 ? blocks(1, wave)[0] : HalfBlock(total: 20, failed: 20, values: [:])
    }
    let result = judge(blocks(20, wave), b)
    #expect(result.decision == .fail)
    #expect(result.measures.first { $0.measure == "errors" }?.state == .fail)
  }

  @Test func nothingToCompare() {
    let down = (0..<10).map { _ in HalfBlock(total: 20, failed: 20, values: [:]) }
    let result = judge(down, down, gates: [MeasureGate("ttft", "p50", absolute: 1e6)])
    #expect(result.decision == .inconclusive)
    #expect(result.reason == "Nothing could be compared.")
  }

  @Test func theSameSeedDecidesTheSame() {
    let (a, b) = (blocks(12, wave), blocks(12) { wave($0 * 7 + 3) })
    #expect(judge(a, b) == judge(a, b))
  }
}

@Suite struct ComparisonPlanTests {
  @Test func streamsThatAQuantileNeeds() {
    let gates = ["p50", "p90", "p95", "p99", "mean"].map { MeasureGate("ttft", $0, absolute: 1) }
    #expect(gates.map(\.fewestStreams) == [5, 29, 59, 299, nil])
    #expect(gates.map(\.comfortableStreams) == [40, 200, 400, 2_000, nil])
  }

  @Test func ordersAreDrawnAndFair() {
    let orders = (1...200).map { ComparisonPlan.order(pair: $0, arms: 2, seed: 4) }
    let first = orders.count { $0[0] == 0 }
    #expect((70...130).contains(first))
    #expect(orders == (1...200).map { ComparisonPlan.order(pair: $0, arms: 2, seed: 4) })
    #expect(orders.allSatisfy { $0.sorted() == [0, 1] })
    let three = (1...60).map { ComparisonPlan.order(pair: $0, arms: 3, seed: 4) }
    #expect(Set(three).count == 6)
  }

  @Test func looks() throws {
    let looks = try ComparisonPlan.looks(literal: "10:1%,20:1%,50:3%", pairs: 50, alpha: 0.05)
    #expect(looks.map(\.pairs) == [10, 20, 50])
    #expect(looks.map(\.alpha) == [0.01, 0.01, 0.03])
    let equal = try ComparisonPlan.looks(literal: "10,20", pairs: 20, alpha: 0.05)
    #expect(equal.map(\.alpha) == [0.025, 0.025])
  }

  @Test(arguments: [
    ("20,10", "looks rise"), ("5,20", "looks rise"), ("10,30", "looks rise"),
    ("10:3%,20:3%", "spend 6 %"), ("10:1%,20", "every look"), ("x,20", "number of pairs"),
    ("10:1,20:1%", "percentage"), ("", "number of pairs"),
  ])
  func looksThatCannotBe(_ text: String, _ part: String) {
    let error = #expect(throws: LiteralError.self) {
      try ComparisonPlan.looks(literal: text, pairs: 20, alpha: 0.05)
    }
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }
}
