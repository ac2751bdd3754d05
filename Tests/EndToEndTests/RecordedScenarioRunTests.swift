import Foundation
import Testing

/// Scenarios that play a recording, as a user runs and checks them.
@Suite(.waits) struct RecordedScenarioRunTests {
  @Test func theShippedOneIsMeasuredAndJudged() throws {
    let directory = try CommandLineTool.scratch("recorded")
    let result = try CommandLineTool.run([
      "run", "recorded/with-pause", "--out=\(directory)", "--allow-unfit", "--json",
    ])
    #expect(result.status == 0, "\(result.out.suffix(500)) \(result.error)")
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(result.out.utf8)) as? [String: Any])
    let target = try #require((record["targets"] as? [[String: Any]])?.first)
    let measures = try #require(target["measures"] as? [String: [String: Any]])
    // 24 tokens in each of 5 streams, every one measured.
    #expect(measures["added.chunk"]?["n"] as? Int == 120)
    let verdicts = try #require(target["verdicts"] as? [[String: Any]])
    let outcomes = Dictionary(
      uniqueKeysWithValues: verdicts.compactMap { verdict in
        (verdict["id"] as? String).map { ($0, verdict["verdict"] as? String ?? "") }
      })
    for id in ["content", "events", "terminator", "usage"] {
      #expect(outcomes["fidelity/\(id)"] == "pass", "\(id)")
    }
  }

  @Test func whatCannotBePlayedIsSaidWhereItIsNamed() throws {
    let directory = try CommandLineTool.scratch("recorded")
    func check(_ recording: String, _ more: String = "") throws -> CommandLineTool.Result {
      let path = directory + "/s.json5"
      try "{ name: \"s\",\n  provider: { recording: \"\(recording)\"\(more) } }".write(
        toFile: path, atomically: true, encoding: .utf8)
      return try CommandLineTool.run(["validate", path])
    }
    let shipped = CommandLineTool.repository.path + "/scenarios/recorded/answer.jsonl"
    #expect(try check(shipped).status == 0)
    try "hello".write(
      toFile: directory + "/garbage", atomically: true, encoding: .utf8)
    try String(contentsOfFile: shipped, encoding: .utf8).replacing(
      "recording/1", with: "recording/9"
    )
    .write(toFile: directory + "/other", atomically: true, encoding: .utf8)
    for (recording, more, mention) in [
      ("no-such", "", "No such file"), ("garbage", "", "neither a recording"),
      ("other", "", "this is a recording/9"), (".", "", "Is a directory"),
      (shipped, ", answer: 2", "it has no answer 2: there are 1"),
    ] {
      let result = try check(recording, more)
      #expect(result.status == 2)
      #expect(result.out.contains("s.json5:2:26: ") || result.error.contains("s.json5:2:26: "))
      #expect((result.out + result.error).contains(mention), "\(result.out) \(result.error)")
    }
  }
}
