import Core
import Testing

/// The steps that say something: what is read of them, and what is wrong with them.
@Suite struct ScenarioStepTests {
  private func steps(_ script: String) throws -> [Step] {
    try ScenarioReader.read(
      Array(scenario(script: script).utf8), path: "s", faults: SampleFaults.specs
    ).provider.steps
  }

  @Test func everyStepIsRead() throws {
    let gap = Distribution.constant(.milliseconds(10))
    #expect(
      try steps(
        """
        { reasoning: { tokens: 3 } }, { refusal: { tokens: 1, gap: "0" } },
        { text: { tokens: 2, choice: 1 } }, 'keepAlive',
        { toolCall: { name: 'f', id: 'c1', pieces: 3, gap: "0",
            arguments: { s: 'a"\\n\\u0001é', n: [0x10, -1, .5, 1e3], t: true, z: null, o: {} } } },
        { toolCall: { name: 'g' } },
        { finish: { reason: 'stop', sequence: 'END', choice: 1 } },
        { errorEvent: { code: 'c' } }
        """) == [
          .text(TextStep(tokens: 3, gap: gap, kind: .reasoning)),
          .text(TextStep(tokens: 1, gap: .constant(.zero), kind: .refusal)),
          .text(TextStep(tokens: 2, gap: gap, choice: 1)), .keepAlive,
          .toolCall(
            ToolCallStep(
              name: "f", id: "c1",
              arguments: #"{"s":"a\"\n\u0001é","n":[16,-1,0.5,1000],"t":true,"z":null,"o":{}}"#,
              pieces: 3, gap: .constant(.zero))),
          .toolCall(ToolCallStep(name: "g", gap: gap)),
          .finish(FinishStep("stop", sequence: "END", choice: 1)),
          .errorEvent(ErrorStep(code: "c")),
        ])
  }

  @Test func usageIsCountedAndHasWhatElseIsSaid() throws {
    let steps = try steps(
      """
      { usage: { prompt: "words * 1.03 + 120", completion: 4, cached: "history", reasoning: 0,
          more: { cost: 0.000123456789012345678901, cost_details: { x: "0.10", y: .5 } } } },
      { usage: { prompt: "words", cached: 7 } }
      """)
    guard case .usage(let first) = steps[0], case .usage(let second) = steps[1] else {
      Issue.record("\(steps)")
      return
    }
    #expect(first.counted == CountedTokens(numerator: 103, denominator: 100, plus: 120))
    #expect(first.cachesHistory && first.cached == 0 && first.completion == 4)
    #expect(
      first.more
        == #""cost":0.000123456789012345678901,"cost_details":{"x":"0.10","y":0.5}"#)
    #expect(second.counted == CountedTokens() && second.cached == 7 && !second.cachesHistory)
  }

  @Test(arguments: [
    BadSource(
      scenario(script: "{ usage: { prompt: '¦tokens' } }"),
      "expected `words`, as in `words * 1.03 + 120`, found `tokens`"),
    BadSource(
      scenario(script: "{ usage: { cached: ¦'all' } }"),
      "`cached` is a number or \"history\", what earlier turns of a conversation said"),
    BadSource(
      scenario(script: "{ usage: { more: ¦'cost' } }"), "`more` must be an object, found a string"),
    BadSource(
      scenario(script: "{ toolCall: ¦{} }"), "`name` is missing"),
    BadSource(
      scenario(script: "{ toolCall: { name: 'f', arguments: ¦'{}' } }"),
      "`arguments` must be an object, found a string"),
    BadSource(
      scenario(script: "{ toolCall: { name: 'f', arguments: { x: ¦NaN } } }"),
      "JSON has no number `NaN`"),
    BadSource(
      scenario(script: "{ text: { tokens: 1, choice: ¦8 } }"),
      "`choice` must be 0 to 7, found `8`"),
    BadSource(
      scenario(script: "{ finish: ¦7 }"),
      "`finish` must be a string or an object such as { reason: \"stop\" }, found a number"),
    BadSource(scenario(script: "{ finish: ¦{} }"), "`reason` is missing"),
    BadSource(
      scenario(script: "¦'keepalive'"), "unknown step `keepalive`; did you mean `keepAlive`?"),
    BadSource(
      scenario(script: "'role', ¦'keepAlive'", rest: "traffic: { stream: false }"),
      "`keepAlive` is part of a stream, but `stream` is false"),
  ])
  func errorsPointAtTheirPlace(_ bad: BadSource) {
    #expect(errors(of: bad.parts.source) == bad.expected)
  }

  /// What a dialect cannot say is found where it is written.
  @Test func stepsAreCheckedAgainstTheDialect() {
    let source = scenario(script: "'role', { text: { tokens: 1, choice: 1 } }, 'done'")
    do {
      _ = try ScenarioReader.read(
        Array(source.utf8), path: "s", faults: SampleFaults.specs,
        stepProblem: { step, dialect in
          if case .text = step { "\(dialect) cannot" } else { nil }
        })
      Issue.record("it reads")
    } catch {
      #expect(error.description == "s:1:43: openai-chat cannot")
    }
  }

  @Test func argumentsAreCutBetweenCharacters() {
    let call = ToolCallStep(name: "f", arguments: #"{"ä":"é"}"#, pieces: 4)
    #expect(call.argumentPieces.count == 4)
    #expect(call.argumentPieces.joined() == call.arguments)
    #expect(ToolCallStep(name: "f", pieces: 9).argumentPieces == ["{", "}"])
  }

  @Test func aScriptHasAsManyAnswersAsItNames() throws {
    #expect(ProviderScript().choices == 1)
    #expect(ProviderScript(steps: [.finish(FinishStep("stop", choice: 2))]).choices == 3)
  }
}
