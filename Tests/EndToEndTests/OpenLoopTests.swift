import Foundation
import Testing

/// An open loop against an upstream that answers late: what starts does not wait for it.
@Suite(.waits) struct OpenLoopTests {
  private func run(_ traffic: String, _ more: [String] = [], shell: String? = nil) throws -> (
    result: CommandLineTool.Result, record: [String: Any]
  ) {
    let directory = try CommandLineTool.scratch("open")
    let scenario = """
      { name: "slow", traffic: { \(traffic) },
        provider: { think: "800ms", script: ["role", { text: { tokens: 1 } }, { finish: "stop" }, "done"] } }
      """
    try scenario.write(toFile: directory + "/s.json5", atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", directory + "/s.json5", "--out=\(directory)", "--quiet"] + more, shell: shell)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return (result, try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]))
  }

  private func target(_ record: [String: Any]) throws -> [String: Any] {
    try #require((record["targets"] as? [[String: Any]])?.first)
  }

  @Test func nothingWaitsForAnswers() throws {
    let (result, record) = try run(
      #"arrivals: "constant 100/s for 500ms", usage: false"#, ["--allow-unfit"])
    #expect(result.status == 0, "\(result.error)")
    let target = try target(record)
    let exchanges = try #require(target["exchanges"] as? [String: Any])
    // All 50 had to start before the first could end: a closed loop would have taken much longer.
    #expect(exchanges["total"] as? Int == 50)
    #expect((exchanges["byEnd"] as? [String: Int]) == ["done": 50])
    let scenario = try #require(target["scenario"] as? [String: Any])
    #expect(scenario["arrivals"] as? String == "constant 100/s for 500ms")
    #expect(scenario["streams"] as? Int == 50)
    let whole = try #require(record["durationNs"] as? Double)
    #expect(whole < 10e9)
  }

  @Test func whatHasNoRoomIsCounted() throws {
    let (result, record) = try run(
      #"arrivals: "constant 200/s for 500ms", usage: false"#, shell: "ulimit -n 140")
    #expect(result.status == 4, "\(result.error)")
    let exchanges = try #require(try target(record)["exchanges"] as? [String: Any])
    let ends = try #require(exchanges["byEnd"] as? [String: Int])
    #expect(try #require(ends["not-sent"]) > 30)
    #expect(ends["done", default: 0] + ends["not-sent", default: 0] == 100)
    let instrument = try #require(record["instrument"] as? [String: Any])
    let remarks = try #require(instrument["remarks"] as? [String])
    #expect(remarks.contains { $0.contains("could not be sent") })
  }

  @Test func timeEndsAClosedLoopToo() throws {
    let (result, record) = try run(
      #"concurrency: 4, duration: "1s", think: "10ms", usage: false"#, ["--allow-unfit"])
    #expect(result.status == 0, "\(result.error)")
    let exchanges = try #require(try target(record)["exchanges"] as? [String: Any])
    // Two rounds: the second starts after 0.8 s, and a third would be too late.
    #expect(exchanges["total"] as? Int == 8)
  }

  @Test(arguments: [
    ("--arrivals=poisson 0/s", "a rate must be above zero"),
    ("--arrivals=poisson -5/s", "a rate cannot be negative"),
    ("--arrivals=poison 5/s", "did you mean `poisson`?"), ("--duration=0", "must be above zero"),
    ("--duration=5", "a duration needs a unit"),
  ])
  func badInputIsNamed(option: String, message: String) throws {
    let result = try CommandLineTool.run(["run", option])
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }
}
