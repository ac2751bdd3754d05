import Core
import Testing

/// A scenario whose provider plays a recording: what the reader makes of it, file unread.
@Suite struct RecordedScenarioTests {
  private static func read(_ rest: String, _ recordings: RecordedScripts?) -> Result<
    Scenario, ScenarioErrors
  > {
    Result { () throws(ScenarioErrors) in
      try ScenarioReader.read(
        Array("{ name: 'x',\n\(rest) }".utf8), path: "x.json5", faults: SampleFaults.specs,
        recordings: recordings)
    }
  }

  private static func message(_ rest: String, _ recordings: RecordedScripts?) -> String {
    guard case .failure(let errors) = read(rest, recordings) else { return "" }
    return errors.description
  }

  private static let played = ProviderScript(
    steps: [.done], recorded: [RecordedStep(gap: .zero, bytes: [1], events: [])])

  @Test func theRecordingStandsForTheScript() throws {
    let text = "provider: { recording: 'a.jsonl', answer: 3 }, traffic: { dialect: 'd' }"
    let scenario = try Self.read(text) { (path, answer, dialect) throws(SampleFileError) in
      guard path == "a.jsonl", answer == 3, dialect == "d" else { throw SampleFileError("other") }
      return Self.played
    }.get()
    #expect(scenario.provider == Self.played)
  }

  @Test(arguments: [
    ("provider: { recording: 'a' }", "x.json5:2:24: cannot be used"),
    ("provider: { recording: '' }", "x.json5:2:24: `recording` must not be empty"),
    ("provider: { recording: 5 }", "x.json5:2:24: `recording` must be a string"),
    ("provider: { recording: 'a', answer: 0 }", "x.json5:2:37: `answer` must be 1 to"),
    ("provider: { answer: 1, script: ['done'] }", "x.json5:2:13: `answer` is one of a `recording`"),
    (
      "provider: { recording: 'a', think: '5ms' }",
      "x.json5:2:29: `think` cannot stand beside `recording`"
    ),
    (
      "provider: { recording: 'a', script: ['done'] }",
      "x.json5:2:29: `script` cannot stand beside `recording`"
    ),
    (
      "provider: { recording: 'a' }, traffic: { stream: false, usage: false }",
      "x.json5:2:24: a recording plays a stream, but `stream` is false"
    ),
    ("provider: { recordin: 'a' }", "did you mean `recording`?"),
  ])
  func whatIsWrongIsSaidWhereItIs(text: String, mention: String) {
    let message = Self.message(text) { (_, _, _) throws(SampleFileError) in
      throw SampleFileError("cannot be used")
    }
    #expect(message.contains(mention), "\(message)")
  }

  @Test func whereNoFileCanBeRead() {
    #expect(Self.message("provider: { recording: 'a' }", nil).contains("no recording can be named"))
  }
}
