import Core
import Judging
import Testing

/// Records of machines that shared a run, added up.
struct MergeTests {
  private typealias Stage = MergeStage

  private func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in (1e9 * random.unit() * random.unit()).rounded() }
  }

  /// The figures are those of one run over all streams, in whatever order the files are named.
  @Test(arguments: [(2, 40), (3, 1_000), (5, Limits.exactSamples + 500)])
  func figuresAreThoseOfOneRun(count: Int, samples: Int) throws {
    let all = values(samples, seed: 11)
    let records = (1...count).map { index in
      Stage.record(
        index, of: count,
        targets: [
          Stage.target(
            values: all.enumerated().filter { $0.offset % count == index - 1 }.map(\.element))
        ])
    }
    let merged = try Stage.merge(records.reversed())
    let target = try #require(merged.targets.first)
    #expect(target.measures["ttft"] == Stage.measure(all))
    #expect(target.exchanges == .init(total: samples, warmup: count, byEnd: ["done": samples]))
    #expect(target.scenario.streams == samples && target.scenario.concurrency == 2 * count)
    #expect(merged.instrument.lateness["send"] == Stage.measure((1...count).map(Double.init)))
    #expect(merged.complete && merged.note.isEmpty && merged.shard == nil)
    #expect(merged.startedAt == records[0].startedAt && merged.machine == records[0].machine)
    #expect(merged.durationNs == .seconds(20) + .seconds(Int64(count) - 1))
    #expect(merged.intendedStart == "2026-11-26T12:00:10Z" && merged.seed == 7)
  }

  /// Provider and client of one machine share a clock; those of two do not.
  @Test func whatNeedsOneClockStaysWithItsMachine() throws {
    let records = [Stage.record(1, of: 2), Stage.record(2, of: 2)]
    let merged = try Stage.merge(records)
    #expect(merged.targets[0].measures.keys.sorted() == ["ttft"])
    let machines = try #require(merged.machines)
    #expect(machines.map(\.shard.index) == [1, 2])
    for (machine, record) in zip(machines, records) {
      #expect(machine.machine == record.machine && machine.floor == record.instrument.floor)
      #expect(machine.shares[0].exchanges == record.targets[0].exchanges)
      #expect(machine.shares[0].measures == ["added.chunk": Stage.measure([1e5, 2e5])])
    }
  }

  @Test func theWorstVerdictStandsWithTheEvidenceOfAll() throws {
    func merged(_ verdicts: [Verdict]) throws -> Verdict {
      let records = verdicts.enumerated().map { index, verdict in
        var target = Stage.target()
        target.verdicts = [verdict]
        return Stage.record(index + 1, of: verdicts.count, targets: [target])
      }
      return try #require(try Stage.merge(records).targets[0].verdicts.first)
    }
    let failed = try merged([
      Stage.verdict(.fail, "7 lost", evidence: [0, 3, 6, 9, 12]), Stage.verdict(.pass, "fine"),
      Stage.verdict(.fail, "2 lost", evidence: [2, 5]),
    ])
    #expect(failed.verdict == .fail && failed.evidence == [0, 2, 3, 5, 6])
    #expect(failed.actual == "shard 1/3: 7 lost; shard 3/3: 2 lost")
    let passed = try merged([
      Stage.verdict(.pass, "fine"), Stage.verdict(.skip, "none"), Stage.verdict(.pass, "fine"),
    ])
    #expect(passed.verdict == .pass && passed.actual == "fine")
    #expect(
      try merged([Stage.verdict(.inconclusive, "too few"), Stage.verdict(.pass, "")])
        .verdict == .inconclusive)
    #expect(
      try merged([Stage.verdict(.skip, "a"), Stage.verdict(.warn, "b")]).actual == "shard 2/2: b")
    #expect(try merged([Stage.verdict(.skip, "why")]).actual == "why")
  }

  /// Each machine alone misses or meets what all of them together do not.
  @Test func expectationsAreJudgedOnTheSums() throws {
    func record(_ index: Int, _ values: [Double], _ delays: [Double]) -> RunRecord {
      var target = Stage.target(values: values)
      target.exchanges.byEnd = ["done": values.count - 1, "reset": 1]
      target.measures["added.chunk"] = Stage.measure(delays)
      target.expectations = [
        .init(text: "ttft.p50 < 5ms", outcome: .fail, actual: "?"),
        .init(text: "errors.rate < 0.2", outcome: .fail, actual: "?"),
        .init(
          text: "added.chunk.p99 < 1ms", outcome: delays[0] < 1e6 ? .pass : .fail,
          actual: "\(delays[0])"),
        .init(text: "gap.p50 < 1ms", outcome: .pass, actual: "?"),
      ]
      return Stage.record(index, of: 2, targets: [target])
    }
    let merged = try Stage.merge([
      record(1, [1e6, 2e6, 3e6, 4e6, 4e6, 4e6, 4e6], [1e5]), record(2, [9e6, 9e6, 9e6], [7e6]),
    ])
    let found = merged.targets[0].expectations
    #expect(found.map(\.outcome) == [.pass, .fail, .fail, .inconclusive])
    #expect(found[0].actual == "4.00 ms")
    #expect(found[1].actual.hasPrefix("0.2"), "\(found[1].actual)")
    #expect(found[2].actual == "shard 2/2: \(7e6)")
  }

  @Test func theRestIsAddedUp() throws {
    func record(_ index: Int) -> RunRecord {
      var target = Stage.target()
      target.usage = .init(reported: 2, prompt: .max - 5, completion: 10)
      target.goodput = .init(objectives: ["ttft < 1s"], met: index, total: 2, perSecond: 1.5)
      target.probes = ["GET /": index, "HEAD /\(index)": 1]
      target.remarks = ["everywhere", "only \(index)"]
      target.faults = [
        FaultRecord(
          leg: .b, rule: "reset", kind: "reset", effect: .cuts, connection: index, nonce: nil,
          at: Instant(nanoseconds: 1), bytesBefore: 0, eventsBefore: index)
      ]
      target.streams = (0..<Limits.recordedStreams).map { place in
        StreamRecord(
          ordinal: 2 * place + index - 1, nonce: Nonce(seed: 7, ordinal: 2 * place + index - 1),
          end: index == 2 && place == 23 ? .reset : .done, status: 200, detail: "", ttft: nil,
          e2e: .zero, writes: [], arrivals: [])
      }
      return Stage.record(index, of: 2, targets: [target])
    }
    let merged = try Stage.merge([record(2), record(1)]).targets[0]
    #expect(merged.usage == .init(reported: 4, prompt: .max, completion: 20))
    #expect(merged.goodput?.met == 3 && merged.goodput?.total == 4)
    #expect(merged.goodput?.perSecond == 3)
    #expect(merged.probes == ["GET /": 3, "HEAD /1": 1, "HEAD /2": 1])
    #expect(merged.remarks == ["everywhere", "shard 1/2: only 1", "shard 2/2: only 2"])
    #expect(merged.faults.map(\.eventsBefore) == [1, 2])
    #expect(merged.streams.map(\.ordinal) == Array(0..<23) + [47])
  }

  @Test func anUnfitMachineMakesItUnfit() throws {
    var record = Stage.record(2, of: 2)
    record.instrument.fit = false
    record.instrument.remarks = ["slow"]
    let merged = try Stage.merge([Stage.record(1, of: 2), record])
    #expect(!merged.instrument.fit && merged.instrument.remarks == ["shard 2/2: slow"])
  }

  @Test func missingShardsAreNamed() throws {
    let merged = try Stage.merge([Stage.record(2, of: 5), Stage.record(4, of: 5)])
    #expect(!merged.complete && merged.note == "3 of 5 shards are missing: 1, 3, 5")
    let most = try Stage.merge([Stage.record(1, of: 100)])
    #expect(most.note.hasPrefix("99 of 100 shards are missing: 2, 3"))
    #expect(most.note.hasSuffix("21 and 79 more"))
  }

  @Test func whatWasCutShortIsAddedAndSaid() throws {
    var record = Stage.record(2, of: 2, targets: [Stage.target()])
    record.complete = false
    record.note = "interrupted by the user"
    let whole = Stage.record(1, of: 2, targets: [Stage.target(), Stage.target()])
    let merged = try Stage.merge([whole, record])
    #expect(!merged.complete && merged.note == "shard 2/2: interrupted by the user")
    #expect(merged.targets.map(\.exchanges.total) == [4, 2])
    #expect(merged.machines?.map(\.shares.count) == [2, 1])
  }
}
