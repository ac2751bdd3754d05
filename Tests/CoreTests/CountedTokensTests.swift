import Core
import Testing

/// Counts of tokens that are made of the words of a request.
@Suite struct CountedTokensTests {
  @Test(arguments: [
    ("words", 100, 100), ("words * 1.03", 100, 103), ("words*1.03+120", 100, 223),
    ("words + 120", 0, 120), ("words * 0.5", 3, 2), ("words * 1.000001", 1_000_000, 1_000_001),
    (" words * 1 ", 7, 7), ("words * 1000", 1_000_000_000, 1_000_000_000),
  ])
  func countsExactly(text: String, words: Int, tokens: Int) throws {
    #expect(try CountedTokens(literal: text).count(words: words) == tokens)
  }

  @Test(arguments: [
    ("word", "expected `words`"), ("words *", "a factor"), ("words * 1.0000001", "6 decimals"),
    ("words + 1.5", "behind the end"), ("words + -3", "what is added"), ("words - 3", "behind"),
    ("", "expected `words`"),
  ])
  func saysWhatIsWrong(text: String, mention: String) {
    let error = #expect(throws: LiteralError.self) { try CountedTokens(literal: text) }
    #expect(error?.message.contains(mention) ?? false, "\(String(describing: error))")
  }

  @Test func aScriptTakesTheCountsOfARequest() {
    var usage = UsageStep(prompt: 0, completion: 5, cached: 0, reasoning: 0)
    usage.counted = CountedTokens(numerator: 103, denominator: 100)
    usage.cachesHistory = true
    var script = ProviderScript(steps: [.usage(usage), .done])
    #expect(script.counting(words: 200, history: 80).lastUsage?.prompt == 206)
    #expect(script.counting(words: 200, history: 80).lastUsage?.cached == 80)
    #expect(
      script.counting(words: 10, history: 80).lastUsage?.cached == 10, "no more than the prompt")
    script.direct = UsageStep(prompt: 1, completion: 2, cached: 0, reasoning: 0)
    #expect(script.withoutRelay.lastUsage?.prompt == 1)
    #expect(!script.withoutRelay.countsWords)
  }
}
