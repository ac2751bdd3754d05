import Core
import Judging
import Testing

/// Records that do not belong together are refused, each with its file and the reason.
struct MergeRefusalTests {
  private typealias Stage = MergeStage

  private func reasons(_ records: [RunRecord]) -> [String] {
    do throws(RecordMerge.Refusal) {
      _ = try RecordMerge.merge(Stage.parts(records))
      return []
    } catch {
      return error.reasons
    }
  }

  private typealias Change = @Sendable (inout RunRecord) -> Void

  private static let changes: [(Change, [String])] = [
    ({ _ in }, []),
    (
      { $0.targets[0].scenario.digest = "1" },
      ["b.json has another version of scenario s than a.json: 1 and 00c0ffee00c0ffee"]
    ),
    ({ $0.targets[0].scenario.name = "t" }, ["b.json has another scenario than a.json: t and s"]),
    ({ $0.seed = 8 }, ["b.json has another seed than a.json: 8 and 7"]),
    (
      { $0.tool.version = "1.1" },
      ["b.json has another version of relaymark than a.json: 1.1 and 1.0"]
    ),
    ({ $0.targets[0].name = "other" }, ["b.json has another target than a.json: other and relay"]),
    (
      { $0.targets[0].url = "http://x/v1" },
      ["b.json has another address of relay than a.json: http://x/v1 and http://127.0.0.1:4000/v1"]
    ),
    (
      { $0.targets[0].topology = .oneSided },
      ["b.json has another topology on relay than a.json: one-sided and two-sided"]
    ),
    ({ $0.targets[0].dialect = "d" }, ["b.json has another dialect on relay than a.json"]),
    (
      { $0.intendedStart = nil },
      ["b.json has another start than a.json: none and 2026-11-26T12:00:10Z"]
    ),
    ({ $0.shard = Shard(index: 1, count: 2) }, ["a.json and b.json are both shard 1/2"]),
    (
      { $0.shard = Shard(index: 2, count: 3) },
      ["b.json has another number of shards than a.json: 3 and 2"]
    ),
    ({ $0.shard = nil }, ["b.json is of a whole run, not of a shard"]),
    ({ $0.machines = [] }, ["b.json is merged already"]),
    ({ $0.targets[0].scenario.digest = nil }, ["b.json does not say which scenario s was"]),
    (
      { $0.targets.append(MergeStage.target()) },
      ["b.json has another number of scenarios than a.json: 2 and 1"]
    ),
    ({ $0.targets = [] }, ["b.json has another number of scenarios than a.json: 0 and 1"]),
    (
      { $0.targets[0].measures["ttft"]?.samples.removeLast() },
      ["b.json: ttft of s does not hold all that it was made from"]
    ),
    (
      { $0.instrument.lateness["send"]?.n = 9 },
      ["b.json: send of the instrument does not hold all that it was made from"]
    ),
    (
      { $0.instrument.floor["added.chunk"]?.n = 9 },
      ["b.json: added.chunk of the instrument's floor does not hold all that it was made from"]
    ),
    (
      {
        $0.targets[0].floor = $0.instrument.floor
        $0.targets[0].floor?["added.chunk"]?.samples = []
      }, ["b.json: added.chunk of the floor of s does not hold all that it was made from"]
    ),
    (
      {
        $0.seed = 8
        $0.targets[0].name = "other"
      }, ["b.json has another seed", "b.json has another target"]
    ),
  ]

  @Test(arguments: changes.indices) func strangersAreNamed(_ index: Int) {
    let (change, expected) = Self.changes[index]
    var other = Stage.record(2, of: 2)
    change(&other)
    let found = reasons([Stage.record(1, of: 2), other])
    #expect(found.count == expected.count, "\(found)")
    for (reason, start) in zip(found, expected) { #expect(reason.hasPrefix(start), "\(reason)") }
  }

  @Test func nothingIsNoRun() { #expect(reasons([]) == ["there is no record to merge"]) }

  @Test func oneFileTwice() {
    let part = RecordMerge.Part(file: "a.json", record: Stage.record(1, of: 2))
    let error = #expect(throws: RecordMerge.Refusal.self) {
      try RecordMerge.merge([part, part])
    }
    #expect(error?.reasons == ["a.json and a.json are both shard 1/2"])
  }
}
