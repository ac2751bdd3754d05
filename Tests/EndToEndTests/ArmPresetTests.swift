import Core
import Foundation
import Platform
import Testing

/// Targets that are known by name, where `run`, `conform`, `compare` and `plan` take them.
@Suite(.waits) struct ArmPresetTests {
  private static let canary = "sk-canary-of-an-arm"

  /// A relay's file of one's own: its name, key and dialect are none that anything else would give.
  private func preset(_ directory: String, at address: String) throws -> String {
    let file = directory + "/mine.json5"
    try """
    { name: "mine", date: "2026-11-26", url: "http://\(address)", dialect: "anthropic-messages",
      key: "RELAYMARK_TEST_ARM_KEY" }
    """.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  private func scenario(_ directory: String) throws -> String {
    let file = directory + "/s.json5"
    try """
    { name: "s", provider: { script: ["role", { text: { tokens: 3, gap: "1ms" } },
      { finish: "stop" }, "done"] }, traffic: { streams: 4 } }
    """.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  private func freeAddress() throws -> String {
    let (free, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    Socket.close(free)
    return "\(endpoint)"
  }

  @Test func anArmHasAddressNameKeyAndDialectOfItsFile() throws {
    let directory = try CommandLineTool.scratch("arms")
    let address = try freeAddress()
    let file = try preset(directory, at: address)
    let result = try CommandLineTool.run(
      [
        "compare", try scenario(directory), "--arm=direct",
        "--arm=\(file),model=m,provider=\(address)",
        "--arm=again=\(file),model=m,dialect=cohere,key-env=OTHER_KEY,provider=\(address)",
        "--pairs=10", "--streams=3", "--arrivals=poisson 300/s", "--quiet", "--allow-unfit",
        "--out=\(directory)/out",
      ],
      environment: ["RELAYMARK_TEST_ARM_KEY": Self.canary, "OTHER_KEY": Self.canary])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let text = try String(contentsOfFile: directory + "/out/compare.json", encoding: .utf8)
    #expect(!text.contains(Self.canary))
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let record = try decoder.decode(ComparisonRecord.self, from: Data(text.utf8))
    #expect(record.arms.map(\.name) == ["direct", "mine", "again"])
    #expect(record.arms.map(\.dialect) == ["openai-chat", "anthropic-messages", "cohere"])
    #expect(record.arms[1].url == "http://\(address)")
    #expect(record.arms[1].remarks.contains("is asked in the dialect anthropic-messages"))
    #expect(record.arms.allSatisfy { $0.exchanges.done == 30 && $0.exchanges.total == 30 })
  }

  @Test(arguments: [
    ("--arm=openrouter", "--arm=openrouter: say which model is to be asked for with model=NAME"),
    ("--arm=b=openrouter", "with model=NAME"),
    ("--arm=openruter,model=m", "unknown target openruter; did you mean openrouter?"),
    ("--arm=b=openruter,model=m", "did you mean openrouter?"),
    ("--arm=no/such.json5,model=m", "cannot read no/such.json5"),
    ("--arm=openrouter,model=m", "OPENROUTER_API_KEY (--arm=openrouter,model=m) is not set"),
    ("--arm=openrouter,model=m,key-env=OTHER_KEY", "OTHER_KEY"),
    ("--arm=openrouter,model=m,dialect=gemnii", "did you mean gemini?"),
    ("--arm=openrouter,model=", "model takes a value"),
    ("--arm=b=direct,insecure=yes", "insecure takes no value"),
    ("--arm=b=direct,key-env=HOME", "go with a URL, not with direct"),
  ])
  func whatIsWrongWithAnArmIsSaid(_ arm: String, _ part: String) throws {
    let directory = try CommandLineTool.scratch("arms")
    let none = ["OPENROUTER_API_KEY": "", "OTHER_KEY": ""]
    let result = try CommandLineTool.run(
      ["compare", "--arm=direct", arm, "--out=\(directory)"], environment: none)
    #expect(result.status == 2, "\(result.out)\(result.error)")
    #expect(result.error.contains(part), "\(result.error)")
    guard arm.hasPrefix("--arm=openrouter") else { return }
    let plan = try CommandLineTool.run(["plan", arm], environment: none)
    #expect(plan.status == 2 && plan.error.contains(part), "\(plan.error)")
  }

  /// What a pipe says it says once: who reads again finds nothing, and could find another URL than
  /// that of the key.
  @Test(arguments: [["run"], ["conform"], ["compare", "--arm=direct"]])
  func aFileIsReadOnce(_ command: [String]) throws {
    let directory = try CommandLineTool.scratch("arms")
    let file = try preset(directory, at: "127.0.0.1:9")
    let piped = directory + "/piped.json5"
    try FileManager.default.createSymbolicLink(
      atPath: piped, withDestinationPath: "/proc/self/fd/0")
    let target =
      command[0] == "compare" ? ["--arm=\(piped),model=m"] : ["--target=\(piped)", "--model=m"]
    let result = try CommandLineTool.run(
      command + target + ["--out=\(directory)/out"],
      environment: ["RELAYMARK_TEST_ARM_KEY": ""],
      shell: "cat '\(file)' | \"$0\" \"$@\"; exit $?")
    #expect(result.status == 2, "\(result.out)\(result.error)")
    #expect(
      result.error.contains("the environment variable RELAYMARK_TEST_ARM_KEY"), "\(result.error)")
  }
}
