import Core
import Foundation
import Testing
import Wire

/// Prompts on the wire: made anew for each stream, the same with the same seed.
@Suite(.waits) struct PromptRunTests {
  /// The bodies that a run sent, by the number of the nonce in them.
  private func bodies(
    _ scenario: String, seed: Int, concurrency: Int, streams: Int? = nil
  ) throws -> [Nonce: String] {
    let directory = try CommandLineTool.scratch("prompts")
    var arguments = [
      "run", scenario, "--target=builtin", "--out=\(directory)", "--seed=\(seed)", "--quiet",
      "--record=\(directory)/sent.jsonl", "--allow-unfit",
    ]
    if concurrency > 0 { arguments.append("--concurrency=\(concurrency)") }
    if let streams { arguments.append("--streams=\(streams)") }
    let result = try CommandLineTool.run(arguments)
    #expect(result.status == 0, "\(result.error)")
    let file = try Data(contentsOf: URL(fileURLWithPath: directory + "/sent.jsonl"))
    var found: [Nonce: String] = [:]
    for entry in try RecordingReader.read([UInt8](file)).entries {
      guard case .request(let request, _) = entry.event else { continue }
      var scanner = NonceScanner()
      scanner.scan(request.body)
      found[try #require(scanner.found)] = String(decoding: request.body, as: UTF8.self)
    }
    return found
  }

  @Test func sameSeedSamePromptsWhateverTheOrder() throws {
    for name in ["prompt-template", "prompt-lengths", "prompt-file", "conversation"] {
      let path = "scenarios/traffic/\(name).json5"
      let first = try bodies(path, seed: 7, concurrency: 4, streams: 12)
      #expect(first.count >= 12, "\(name)")
      #expect(try bodies(path, seed: 7, concurrency: 2, streams: 12) == first, "\(name)")
      let other = try bodies(path, seed: 8, concurrency: 4, streams: 12)
      #expect(Set(other.keys).isDisjoint(with: first.keys), "\(name)")
    }
  }

  @Test func turnsCarryTheAnswersAsTheyCame() throws {
    let sent = try bodies("scenarios/traffic/conversation.json5", seed: 3, concurrency: 2)
    #expect(sent.count == 24)
    for conversation in 0..<8 {
      let nonces = (0..<3).map { Nonce(seed: 3, ordinal: conversation * 3 + $0) }
      let last = try JSONValue.parse(Array(try #require(sent[nonces[2]]).utf8))
      guard case .array(let messages)? = last["messages"] else {
        Issue.record("no messages")
        continue
      }
      let roles = messages.map { $0["role"]?.string }
      #expect(roles == ["system", "user", "assistant", "user", "assistant", "user"])
      for (place, nonce) in [(2, nonces[0]), (4, nonces[1])] {
        let expected = (0..<30).map { TokenText.token($0, short: nonce.short) }.joined()
        #expect(messages[place]["content"]?.string == expected)
      }
    }
  }

  @Test func answersAreAsLongAsTheTraceSays() throws {
    let directory = try CommandLineTool.scratch("lengths")
    let result = try CommandLineTool.run([
      "run", "scenarios/traffic/trace.json5", "--target=builtin", "--out=\(directory)", "--quiet",
      "--allow-unfit",
    ])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let target = try #require(try JSONDecoder().decode(RunRecord.self, from: data).targets.first)
    let trace = try String(contentsOfFile: "scenarios/traffic/trace.csv", encoding: .utf8)
      .split(separator: "\n").dropFirst().map { Int($0.split(separator: ",")[2]) }
    #expect(target.streams.count == 24)
    #expect(target.streams.map(\.arrivals.count) == trace)
  }
}
