import Core
import Foundation
import Testing
import Wire

/// The targets that are known by name.
@Suite struct TargetPresetTests {
  static let names = [
    "anthropic", "deepseek", "gemini", "litellm", "mistral", "ollama", "openai", "openrouter",
    "portkey", "qwen", "tokenmix",
  ]

  private static func read(_ text: String) throws -> TargetPreset {
    try TargetPreset.read(
      Array(text.utf8), path: "t.json5", dialects: Dialects.all.map(\.name))
  }

  @Test func allAreThere() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.scenarios.appending(path: "targets").path)
    #expect(files.sorted() == Self.names.map { "\($0).json5" })
  }

  @Test(arguments: names) func eachReads(_ name: String) throws {
    let preset = try TargetPreset.read(
      try Repository.bytes("targets/\(name).json5"), path: name, dialects: Dialects.all.map(\.name))
    #expect(preset.name == name)
    #expect(!preset.about.isEmpty)
    #expect(!preset.sources.isEmpty && preset.sources.allSatisfy { $0.hasPrefix("https://") })
    #expect(throws: Never.self) { try WallTime(literal: preset.date + "T00:00:00Z") }
    // A list that is fetched is for programs, a page for people.
    #expect(preset.prices != nil || preset.pricePage != nil || name == "ollama")
    #expect(preset.key != nil || preset.url.hasPrefix("http://127.0.0.1"))
  }

  @Test func openRoutersFeesAreThoseOfItsPage() throws {
    let preset = try TargetPreset.read(
      try Repository.bytes("targets/openrouter.json5"), path: "", dialects: ["openrouter"])
    #expect(preset.fees?.share(ofCredit: 5).map(DecimalText.text) == "0.16")
    #expect(preset.fees?.ownKeyFree == 1_000_000)
  }

  @Test func mistakesHavePlaces() {
    for (text, words) in [
      ("{}", "`name` is missing"),
      ("{ name: 'a', date: 'x', url: 'ftp://x', dialect: 'openai-chat' }", "base URL"),
      ("{ name: 'a', date: 'x', url: 'http://x', dialect: 'openai-cat' }", "openai-chat"),
      (
        "{ name: 'a', date: 'x', url: 'http://x', dialect: 'openai-chat', fees: { purchase: 5.5 } }",
        "a share such as 0.055"
      ),
      (
        "{ name: 'a', date: 'x', url: 'http://x', dialect: 'openai-chat', fees: { minimum: -1 } }",
        "must not be negative"
      ),
      ("{ nme: 1 }", "did you mean `name`?"),
    ] {
      do {
        _ = try Self.read(text)
        Issue.record("read: \(text)")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
        #expect("\(error)".hasPrefix("t.json5:1:"))
      }
    }
  }
}
