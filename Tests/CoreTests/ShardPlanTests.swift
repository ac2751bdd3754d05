import Core
import Testing

/// The shares of several machines are together exactly the plan of one.
struct ShardPlanTests {
  struct Planned: Hashable, Comparable {
    var ordinal: Int
    var nonce: Nonce
    var warmup: Bool
    var at: Nanoseconds

    static func < (left: Planned, right: Planned) -> Bool { left.ordinal < right.ordinal }
  }

  static let seed: UInt64 = 42

  /// What one machine sends in an open loop.
  private func open(_ traffic: Traffic) -> [Planned] {
    var plan = ArrivalPlan(traffic, seed: Self.seed)
    var result: [Planned] = []
    while let next = plan.nextStart() {
      result.append(
        Planned(
          ordinal: next.ordinal, nonce: Nonce(seed: Self.seed, ordinal: next.ordinal),
          warmup: plan.isWarmup(next.ordinal), at: next.at))
    }
    return result
  }

  private func traffic(_ literal: String, streams: Int = 500, warmup: Int = 7) throws -> Traffic {
    Traffic(
      streams: streams, warmup: warmup, arrivals: try Arrivals(literal: literal),
      duration: .seconds(20))
  }

  private func shards(_ count: Int) -> [Shard] {
    (1...count).compactMap { Shard(index: $0, count: count) }
  }

  private func expectUnion(_ whole: Traffic, _ count: Int) {
    let alone = open(whole)
    var parts: [[Planned]] = []
    for shard in shards(count) {
      var own = whole
      own.shard = shard
      parts.append(open(own))
      #expect(parts.last == parts.last?.sorted())
    }
    #expect(parts.count == count)
    #expect(parts.flatMap(\.self).sorted() == alone)
    #expect(alone.map(\.ordinal) == Array(0..<alone.count))
    // As even as a whole number can be.
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test(
    arguments: [
      "constant 20/s", "poisson 30/s", "gamma(cv=2.5) 25/s", "gamma(cv=0.3) 25/s",
      "poisson 5/s..50/s for 10s, 50/s for 5s", "constant 10/s..40/s in 4 steps for 8s",
    ], [1, 2, 3, 7, 16])
  func anOpenLoopIsDivided(literal: String, count: Int) throws {
    let whole = try traffic(literal)
    #expect(open(whole).count > 100)
    expectUnion(whole, count)
    // The count ends it instead of the time.
    expectUnion(try traffic(literal, streams: 40, warmup: 0), count)
    expectUnion(try traffic(literal, streams: 1, warmup: 3), count)
  }

  @Test(arguments: [1, 2, 5, 600])
  func aTraceIsDivided(count: Int) throws {
    var lines = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
    for second in 10..<60 {
      for tenth in 0..<10 { lines += "2023-11-16 18:17:\(second).\(tenth)000000,3,4\n" }
    }
    let file = Array(lines.utf8)
    let text = """
      { name: 'x', provider: { script: ['done'] }, traffic: {
        warmup: 11, arrivals: { trace: 'a.csv', format: 'azure', scale: 2 } } }
      """
    let whole = try ScenarioReader.read(
      Array(text.utf8), path: "s", faults: [], files: { _ in file }
    ).traffic
    #expect(open(whole).count == 500)
    expectUnion(whole, count)
  }

  /// A closed loop knows who starts first, and then only who sends what: when depends on answers.
  @Test(arguments: [(64, 500, 64), (7, 100, 5), (3, 10, 0), (5, 3, 1), (1_000, 4_000, 20)])
  func aClosedLoopIsDivided(concurrency: Int, streams: Int, warmup: Int) {
    let whole = Traffic(streams: streams, concurrency: concurrency, warmup: warmup)
    let alone = ArrivalPlan(whole, seed: Self.seed).firstStarts
    #expect(alone.count == min(concurrency, streams + warmup))
    #expect(alone.map(\.at) == alone.map(\.at).sorted())
    for count in [1, 2, 3, 8] {
      var slots: [(slot: Int, at: Nanoseconds)] = []
      var ordinals: [Int] = []
      var planned = 0
      var warm = 0
      var together = 0
      for shard in shards(count) {
        var own = whole
        own.shard = shard
        var plan = ArrivalPlan(own, seed: Self.seed)
        let starts = plan.firstStarts
        slots += starts
        var sent: [Int] = []
        while let ordinal = plan.next() { sent.append(ordinal) }
        #expect(sent == sent.sorted() && sent.count == ArrivalPlan(own, seed: 1).total)
        // Before the first answer each slot sends the ordinal of its own number.
        #expect(sent.prefix(starts.count).elementsEqual(starts.map(\.slot)))
        #expect(sent.count { plan.isWarmup($0) } == own.ownWarmup)
        ordinals += sent
        planned += own.planned
        warm += own.ownWarmup
        together += own.ownConcurrency
        // As large a share of the exchanges as of the slots, to one round.
        let share = Double(starts.count) / Double(alone.count) * Double(streams + warmup)
        #expect(abs(Double(sent.count) - share) <= Double(starts.count))
      }
      #expect(slots.sorted { $0.slot < $1.slot }.map(\.at) == alone.map(\.at))
      #expect(slots.map(\.slot).sorted() == alone.map(\.slot))
      #expect(ordinals.sorted() == Array(0..<(streams + warmup)))
      #expect(planned == streams && warm == warmup && together == concurrency)
    }
  }

  /// The turns of a conversation carry one another's answers: they stay on one machine.
  @Test(arguments: [(4, 30, 3, 0), (7, 100, 4, 8), (2, 11, 5, 1)])
  func conversationsStayTogether(concurrency: Int, streams: Int, turns: Int, warmup: Int) {
    var whole = Traffic(streams: streams, concurrency: concurrency, warmup: warmup)
    whole.prompt.turns = Array(repeating: PromptTemplate(fixed: "go on"), count: turns)
    for count in [1, 2] {
      var begun: [Int] = []
      var exchanges = 0
      for shard in shards(count) {
        var own = whole
        own.shard = shard
        var plan = ArrivalPlan(own, seed: Self.seed)
        exchanges += plan.total
        while let ordinal = plan.next() {
          begun.append(ordinal)
          #expect((0..<turns).allSatisfy { plan.share.owns(ordinal + $0) })
        }
        #expect(own.planned + own.ownWarmup == plan.total)
      }
      #expect(begun.sorted() == Array(stride(from: 0, to: streams + warmup, by: turns)))
      #expect(exchanges == streams + warmup)
    }
  }

  @Test func restsAreTheSameEverywhere() throws {
    var whole = Traffic(streams: 40, concurrency: 4, think: .uniform(low: .zero, high: .seconds(1)))
    let alone = ArrivalPlan(whole, seed: 5)
    whole.shard = Shard(index: 2, count: 2)
    let part = ArrivalPlan(whole, seed: 5)
    #expect((0..<40).allSatisfy { alone.rest(after: $0) == part.rest(after: $0) })
  }

  @Test func plannedStreamsAddUp() throws {
    for literal in ["poisson 33/s for 7s", "constant 3/s", "closed"] {
      let whole = try traffic(literal, streams: 90, warmup: 4)
      for count in [2, 3, 11] {
        let sum = shards(count).reduce(0) { sum, shard in
          var own = whole
          own.shard = shard
          return sum + own.planned
        }
        #expect(sum == whole.planned)
      }
    }
  }

  @Test func shardsAreWritten() throws {
    #expect(try Shard(literal: "2/3") == Shard(index: 2, count: 3))
    #expect("\(try Shard(literal: "1/1"))" == "1/1")
  }

  @Test(arguments: [
    ("", "expected I/N"), ("3", "expected I/N"), ("1/2/3", "expected I/N"), ("a/2", "expected I/N"),
    ("-1/2", "expected I/N"), ("1/ 2", "expected I/N"), ("/", "expected I/N"),
    ("0/3", "counted from 1 to 3, and 0 is none"), ("4/3", "counted from 1 to 3, and 4 is none"),
    ("1/0", "at least one machine"), ("1/10001", "at most 10000 machines"),
    ("1/99999999999999999999", "expected I/N"),
  ])
  func whatIsNone(literal: String, message: String) {
    let error = #expect(throws: LiteralError.self) { try Shard(literal: literal) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
