import Core
import Foundation
import Testing

/// Runs that end by their own figures, and the search for a rate, from the command line.
@Suite(.waits) struct StopAndSweepTests {
  private func record(_ directory: String) throws -> RunRecord {
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return try JSONDecoder().decode(RunRecord.self, from: data)
  }

  private func write(_ traffic: String, script: String, _ rest: String = "") throws -> (
    file: String, directory: String
  ) {
    let directory = try CommandLineTool.scratch("stop")
    let file = directory + "/s.json5"
    try
      "{ name: \"s\", provider: { think: \"5ms\", script: [\(script)] }, traffic: { \(traffic) } \(rest) }"
      .write(toFile: file, atomically: true, encoding: .utf8)
    return (file, directory)
  }

  private let healthy =
    "\"role\", { text: { tokens: 5, gap: \"2ms\" } }, { finish: \"stop\" }, \"done\""

  @Test func errorsEndTheRunInOrder() throws {
    let (file, directory) = try write(
      "streams: 100000, concurrency: 4, stop: [\"errors.rate > 0.5 after 8\"]",
      script: "{ error: { status: 500 } }")
    let result = try CommandLineTool.run([
      "run", file, "--out=\(directory)", "--quiet", "--allow-unfit",
    ])
    let record = try record(directory)
    #expect(result.status == 0, "no check fails: errors are what the scenario plays")
    #expect(record.complete)
    let target = try #require(record.targets.first)
    #expect(try #require(target.stopped).hasPrefix("errors.rate > 0.5 after 8, with "))
    #expect((8..<5_000).contains(target.exchanges.total))
    #expect(result.out.contains("Stopped early: errors.rate > 0.5"))
  }

  @Test func anObjectiveEndsTheRunAndTheRestIsNoFailure() throws {
    let (file, directory) = try write(
      "streams: 100000, concurrency: 4, stop: [\"ttft.p50 > 1ms after 5\"]", script: healthy,
      ", expect: [\"errors.count == 0\"]")
    let result = try CommandLineTool.run([
      "run", file, "--out=\(directory)", "--quiet", "--allow-unfit",
    ])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let target = try #require(try record(directory).targets.first)
    #expect(target.stopped != nil && target.expectations[0].outcome == .pass)
    let others = Set(target.exchanges.byEnd.keys).subtracting(["done", "interrupted"])
    #expect(others.isEmpty, "\(others)")
  }

  /// The same from the command line, for a scenario of somebody else's.
  @Test func anOptionEndsTheRun() throws {
    let (file, directory) = try write("streams: 100000, concurrency: 4", script: healthy)
    let result = try CommandLineTool.run([
      "run", file, "--out=\(directory)", "--quiet", "--allow-unfit",
      "--stop=errors.rate > 0.5", "--stop=ttft.p50 > 1ms after 5",
    ])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let target = try #require(try record(directory).targets.first)
    #expect(target.stopped?.hasPrefix("ttft.p50 > 1ms after 5, with ") == true)
  }

  @Test func aSweepThatHoldsEverywhere() throws {
    let (file, directory) = try write("", script: healthy)
    let result = try CommandLineTool.run([
      "run", file, "--out=\(directory)", "--quiet", "--allow-unfit", "--target=builtin",
      "--sweep=10..40/s in 3 steps", "--stage=500ms", "--objective=ttft.p99 < 10s",
    ])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let record = try record(directory)
    let sweep = try #require(record.sweep)
    #expect(sweep.stages.map { Int($0.rate.rounded()) } == [10, 20, 40])
    #expect((sweep.highestHeld, sweep.lowestBroke) == (40, nil))
    #expect(record.targets.count == 3 && record.targets[2].exchanges.warmup == 4)
    let nonces = record.targets.flatMap { $0.streams.map(\.nonce) }
    #expect(Set(nonces).count == nonces.count, "each rate has requests of its own")
    #expect(result.out.contains("Held at every rate up to 40/s."))
  }

  @Test func aSweepThatNeverHolds() throws {
    let (file, directory) = try write("", script: healthy)
    let result = try CommandLineTool.run([
      "run", file, "--out=\(directory)", "--quiet", "--allow-unfit",
      "--sweep=poisson 20..40/s", "--stage=500ms", "--objective=ttft.p50 < 1ms",
    ])
    #expect(result.status == 1, "\(result.error)\(result.out)")
    let sweep = try #require(try record(directory).sweep)
    #expect(sweep.stages.count == 1 && sweep.lowestBroke == 20)
  }

  @Test(arguments: [
    (["--stop=errors.rate >"], "--stop=errors.rate >: "),
    (["--stop=tfft.p99 > 1s"], "did you mean `ttft.p99`?"),
    (["--stop=added.chunk.p99 > 1ms"], "is not known while the run goes on"),
    (["--sweep=0..5/s", "--objective=ttft.p99 < 1s"], "a rate must be above zero"),
    (["--sweep=5..20/s"], "--sweep needs an --objective"),
    (["--sweep=5..20/s", "--objective=tfft.p99 < 1s"], "did you mean `ttft.p99`?"),
    (["--objective=ttft.p99 < 1s"], "--objective goes with --sweep"),
    (
      ["--sweep=5..20/s", "--objective=ttft.p99 < 1s", "--arrivals=closed"],
      "--arrivals does not go"
    ),
    (["--sweep=5..20/s", "--objective=ttft.p99 < 1s", "--stage=1ms"], "at least 100ms"),
    (["--sweep=5..20/s", "--objective=ttft.p99 < 1s", "--shard=1/2"], "not go with --shard"),
    (
      ["scenarios/quickstart.json5", "--sweep=5..20/s", "--objective=ttft.p99 < 1s"], "one scenario"
    ),
  ])
  func badOptionsAreNamed(options: [String], message: String) throws {
    let result = try CommandLineTool.run(
      ["run", "scenarios/traffic/prompt-template.json5"] + options)
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test func turnsAndTracesDoNotGoWithOtherArrivals() throws {
    for (name, option) in [
      ("conversation", "--arrivals=constant 5/s"), ("trace", "--arrivals=constant 5/s"),
    ] {
      let result = try CommandLineTool.run(["run", "scenarios/traffic/\(name).json5", option])
      #expect(result.status == 2 && result.error.contains("traffic/\(name)"), "\(result.error)")
    }
  }
}
