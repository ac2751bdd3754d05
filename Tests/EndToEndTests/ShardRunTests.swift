import Core
import Foundation
import Platform
import Testing

/// One run as several processes, as it would be on several machines.
@Suite(.waits) struct ShardRunTests {
  private static let answer = """
    provider: { think: "1ms", script: ["role", { text: { tokens: 3, gap: "2ms" } },
      { finish: "stop" }, "usage", "done"] }
    """

  private func scenario(_ traffic: String) throws -> (file: String, directory: String) {
    let directory = try CommandLineTool.scratch("shards")
    let file = directory + "/s.json5"
    try "{ name: \"small\", \(Self.answer), traffic: { \(traffic) } }".write(
      toFile: file, atomically: true, encoding: .utf8)
    return (file, directory)
  }

  private func record(_ directory: String) throws -> RunRecord {
    try JSONDecoder().decode(
      RunRecord.self, from: Data(contentsOf: URL(fileURLWithPath: directory + "/run.json")))
  }

  private func run(_ file: String, _ out: String, _ more: [String] = []) throws -> RunRecord {
    let result = try CommandLineTool.run(
      ["run", file, "--out=\(out)", "--quiet", "--allow-unfit"] + more)
    #expect(result.status == 0, "\(result.error)")
    return try record(out)
  }

  @Test(arguments: [
    "streams: 13, concurrency: 4, warmup: 3", "streams: 12, concurrency: 3, think: '5ms'",
    "streams: 14, warmup: 1, arrivals: 'constant 100/s'",
    "streams: 20, arrivals: 'gamma(cv=2) 40/s'",
  ])
  func sharesAreTogetherOneRun(traffic: String) throws {
    let (file, directory) = try scenario(traffic)
    let whole = try run(file, directory + "/whole", ["--seed=5"])
    #expect(
      whole.shard == nil && whole.targets[0].streams.count == whole.targets[0].exchanges.total)
    var most: Int?
    for index in 1...3 {
      let part = try run(file, directory + "/\(index)", ["--seed=5", "--shard=\(index)/3"])
      #expect(part.shard == Shard(index: index, count: 3))
      #expect(part.targets[0].scenario.digest == whole.targets[0].scenario.digest)
      #expect(part.targets[0].exchanges.total < whole.targets[0].exchanges.total)
      most = [most, part.targets[0].scenario.concurrency].compactMap(\.self).max()
    }
    let result = try CommandLineTool.run(
      ["merge", "--allow-unfit", "--out=\(directory)/together"]
        + (1...3).map { "\(directory)/\($0)" })
    #expect(result.status == 0, "\(result.error)")
    #expect(result.out.contains("Merged from 3 machines"))
    let merged = try record(directory + "/together")
    let (left, right) = (merged.targets[0], whole.targets[0])
    // How many connections could be kept is each machine's own, and so are streams at a time.
    var counts = left.exchanges
    counts.reused = right.exchanges.reused
    var played = left.scenario
    #expect(played.concurrencyPerMachine == most)
    played.concurrencyPerMachine = nil
    #expect(counts == right.exchanges && played == right.scenario)
    #expect(left.streams.map(\.ordinal) == right.streams.map(\.ordinal))
    #expect(left.streams.map(\.nonce) == right.streams.map(\.nonce))
    #expect(left.measures["ttft"]?.n == right.measures["ttft"]?.n)
    #expect(left.usage == right.usage && left.measures["added.chunk"] == nil)
    #expect(merged.machines?.map(\.shares[0].exchanges.total).reduce(0, +) == right.exchanges.total)
    let report = try String(contentsOfFile: directory + "/together/report.md", encoding: .utf8)
    #expect(report.contains("across machines one-way delays are not compared"))
  }

  @Test func theStartIsTheOneThatWasGiven() throws {
    let (file, directory) = try scenario("streams: 2")
    let start = WallClock.now() + .seconds(8)
    let found = try run(file, directory + "/a", ["--shard=1/1", "--start-at=\(start)"])
    #expect(WallClock.now() > start)
    #expect(found.intendedStart == start.description && found.targets[0].exchanges.done == 2)
    // The floor was measured before, and nothing was late for having waited.
    #expect(found.durationNs > .seconds(6))
    #expect(try #require(found.targets[0].measures["lateness.send"]?.max) < 2e9)
  }

  @Test func waitingCanBeInterrupted() throws {
    let (file, directory) = try scenario("streams: 2")
    let result = try CommandLineTool.run(
      [
        "run", file, "--out=\(directory)/a", "--shard=1/2",
        "--start-at=\(WallClock.now() + .seconds(3_000))", "--concurrency=2",
      ], interruptWhen: { $0.contains("waiting for the start at 20") })
    #expect(result.status == 130, "\(result.error)")
    let found = try record(directory + "/a")
    #expect(!found.complete && found.note.contains("interrupted") && found.targets.isEmpty)
    #expect(found.shard == Shard(index: 1, count: 2))
  }

  @Test func whatIsMissingIsNamed() throws {
    let (file, directory) = try scenario("streams: 4, concurrency: 2")
    _ = try run(file, directory + "/1", ["--shard=1/2"])
    let result = try CommandLineTool.run([
      "merge", "\(directory)/1/run.json", "--out=\(directory)/m", "--allow-unfit",
    ])
    #expect(result.status == 5)
    #expect(result.error.contains("1 of 2 shards is missing: 2"), "\(result.error)")
    #expect(try !record(directory + "/m").complete)
    _ = try run(file, directory + "/2", ["--shard=2/2", "--streams=5"])
    let other = try CommandLineTool.run(["merge", "\(directory)/1", "\(directory)/2"])
    #expect(other.status == 2)
    #expect(other.error.contains("2/run.json has another version of scenario small than"))
    for (operand, message) in [
      ("\(directory)/none", "cannot read"), (file, "s.json5: not a run record"),
      ("\(directory)/m", "is merged already"),
    ] {
      let result = try CommandLineTool.run(["merge", operand])
      #expect(result.status == 2 && result.error.contains(message), "\(result.error)")
    }
    #expect(try CommandLineTool.run(["merge"]).status == 2)
  }

  /// What is left of shards that were killed is added, and said to be partial.
  @Test func killedShardsAreAddedAsFarAsTheyGot() throws {
    let (file, directory) = try scenario("streams: 40000, concurrency: 8")
    for index in 1...2 {
      let killed = try CommandLineTool.run(
        ["run", file, "--out=\(directory)/\(index)", "--shard=\(index)/2"], signal: SIGKILL,
        interruptWhen: { text in
          text.matches(of: /small on direct: ([0-9]+) of/).contains { (Int($0.1) ?? 0) >= 16 }
        })
      #expect(killed.status == SIGKILL)
    }
    let result = try CommandLineTool.run([
      "merge", "\(directory)/1", "\(directory)/2", "--out=\(directory)/m", "--allow-unfit",
    ])
    #expect(result.status == 5)
    #expect(result.error.contains("shard 1/2: partial: the run was killed"), "\(result.error)")
    #expect(result.error.contains("shard 2/2: partial: the run was killed"))
    let merged = try record(directory + "/m")
    #expect(!merged.complete && merged.targets[0].exchanges.total >= 16)
    #expect(merged.targets[0].measures["ttft"]?.n == merged.targets[0].exchanges.done)
  }

  @Test(arguments: [
    ("--shard=3/2", "machines are counted from 1 to 2, and 3 is none"),
    ("--shard=half", "expected I/N"), ("--shard=1/5", "sends 2 streams at a time"),
    ("--shard=auto", "nothing says which shard this is"),
    ("--start-at=yesterday", "expected a time"),
    ("--start-at=2020-01-01T00:00:00Z", "is over since"),
    ("--start-at=2120-01-01T00:00:00Z", "is more than 24 hours ahead"),
    ("--start-at=2026-11-26T12:00:00", "needs its zone"),
  ])
  func badInputIsNamed(option: String, message: String) throws {
    let (file, directory) = try scenario("streams: 4, concurrency: 2")
    let result = try CommandLineTool.run(
      ["run", file, "--out=\(directory)", option],
      environment: ["RELAYMARK_SHARDS": "", "SLURM_PROCID": "", "JOB_COMPLETION_INDEX": ""])
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: directory + "/run.json"))
  }

  @Test func theEnvironmentSaysWhichShard() throws {
    let (file, directory) = try scenario("streams: 4, concurrency: 2")
    for (index, variables) in [
      ["JOB_COMPLETION_INDEX": "1", "RELAYMARK_SHARDS": "2"],
      [
        "SLURM_ARRAY_TASK_ID": "8", "SLURM_ARRAY_TASK_MIN": "7", "SLURM_ARRAY_TASK_MAX": "8",
        "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_PROCID": "0", "SLURM_NTASKS": "1",
      ],
    ].enumerated() {
      let out = "\(directory)/\(index)"
      let result = try CommandLineTool.run(
        ["run", file, "--out=\(out)", "--shard=auto", "--quiet", "--allow-unfit"],
        environment: variables)
      #expect(result.status == 0, "\(result.error)")
      #expect(try record(out).shard == Shard(index: 2, count: 2))
    }
  }
}
