import Core
import Testing

/// Each dialect's counts come into buckets that do not overlap.
@Suite struct UsageShapeTests {
  @Test func chatCountsPartsWithinTheWhole() {
    let usage = normal(
      "openai-chat",
      [
        "prompt_tokens": "1237", "completion_tokens": "419", "total_tokens": "1656",
        "prompt_tokens_details.cached_tokens": "1024",
        "prompt_tokens_details.cache_write_tokens": "100",
        "completion_tokens_details.reasoning_tokens": "311",
      ])
    #expect(
      usage.buckets
        == UsageBuckets(
          freshInput: 113, cacheRead: 1024, cacheWrite5m: 100, visibleOutput: 108, reasoning: 311))
    #expect(usage.problems.isEmpty)
    #expect(usage.buckets?.input == 1237)
    #expect(usage.buckets?.output == 419)
  }

  @Test func anthropicCountsTheCacheBesideTheInput() {
    let usage = normal(
      "anthropic-messages",
      [
        "input_tokens": "12", "output_tokens": "40", "cache_read_input_tokens": "1000",
        "cache_creation_input_tokens": "300", "cache_creation.ephemeral_5m_input_tokens": "100",
        "cache_creation.ephemeral_1h_input_tokens": "200",
        "output_tokens_details.thinking_tokens": "30",
        "server_tool_use.web_search_requests": "2",
      ])
    #expect(
      usage.buckets
        == UsageBuckets(
          freshInput: 12, cacheRead: 1000, cacheWrite5m: 100, cacheWrite1h: 200, visibleOutput: 10,
          reasoning: 30, extras: ["web.search": 2]))
    #expect(usage.problems.isEmpty)
  }

  @Test func geminiCountsThoughtsApart() {
    let usage = normal(
      "gemini",
      [
        "promptTokenCount": "50", "candidatesTokenCount": "7", "thoughtsTokenCount": "55",
        "cachedContentTokenCount": "20", "toolUsePromptTokenCount": "8", "totalTokenCount": "120",
      ])
    #expect(
      usage.buckets
        == UsageBuckets(freshInput: 38, cacheRead: 20, visibleOutput: 7, reasoning: 55))
    #expect(usage.problems.isEmpty)
  }

  @Test(arguments: [("16", 10, 6), ("22", 16, 6)])
  func xAIsReasoningIsWhereItsTotalSaysItIs(total: String, visibleAndAll: Int, reasoning: Int) {
    let fields = [
      "prompt_tokens": "0", "completion_tokens": "16", "total_tokens": total,
      "completion_tokens_details.reasoning_tokens": "6",
    ]
    let usage = normal("xai", fields)
    #expect(usage.buckets?.visibleOutput == visibleAndAll)
    #expect(usage.buckets?.reasoning == reasoning)
    #expect(usage.problems.isEmpty)
    if total == "22" {
      #expect(normal("openai-chat", fields).problems == [.totalDiffers(said: 22, sum: 16)])
    }
  }

  @Test func othersHaveTheirOwnNames() {
    let responses = normal(
      "openai-responses",
      [
        "input_tokens": "10", "output_tokens": "5", "total_tokens": "15",
        "input_tokens_details.cached_tokens": "4", "output_tokens_details.reasoning_tokens": "5",
      ])
    #expect(
      responses
        == NormalUsage(
          buckets: UsageBuckets(freshInput: 6, cacheRead: 4, visibleOutput: 0, reasoning: 5),
          problems: []))
    let converse = normal(
      "bedrock",
      [
        "inputTokens": "10", "outputTokens": "5", "totalTokens": "1015",
        "cacheReadInputTokens": "1000",
      ])
    #expect(
      converse.buckets == UsageBuckets(freshInput: 10, cacheRead: 1000, visibleOutput: 5))
    #expect(converse.problems.isEmpty)
    #expect(
      normal("ollama", ["eval_count": "2"]).buckets == UsageBuckets(visibleOutput: 2))
    #expect(
      normal("cohere", ["tokens.input_tokens": "9", "tokens.output_tokens": "3"]).buckets
        == UsageBuckets(freshInput: 9, visibleOutput: 3))
  }

  @Test func soundAndPicturesAreExtras() {
    let usage = normal(
      "openai-chat",
      [
        "prompt_tokens": "100", "completion_tokens": "50",
        "prompt_tokens_details.audio_tokens": "30",
        "prompt_tokens_details.image_tokens": "20", "completion_tokens_details.audio_tokens": "40",
      ])
    #expect(
      usage.buckets
        == UsageBuckets(
          freshInput: 50, visibleOutput: 10,
          extras: ["input.audio": 30, "input.image": 20, "output.audio": 40]))
  }

  @Test func countsThatContradictEachOtherGiveNoBuckets() {
    let usage = normal(
      "openai-chat",
      [
        "prompt_tokens": "10", "completion_tokens": "5",
        "prompt_tokens_details.cached_tokens": "11",
      ])
    #expect(usage.buckets == nil)
    #expect(usage.problems == [.partsExceed("prompt_tokens", count: 10, parts: 11)])
    #expect(
      normal("openai-chat", ["prompt_tokens": "1"]).problems == [.missing("completion_tokens")])
    for text in ["-1", "1.5", "\"7\"", "99999999999999999999"] {
      let odd = normal("openai-chat", ["prompt_tokens": text, "completion_tokens": "5"])
      #expect(odd.buckets == nil)
      #expect(odd.problems == [.notACount("prompt_tokens", text: text)])
    }
    let most = String(Int.max)
    let huge = normal(
      "anthropic-messages",
      ["input_tokens": most, "cache_read_input_tokens": most, "output_tokens": most])
    #expect(huge.buckets?.input == .max)
  }

  @Test func aTotalThatIsNoSumIsSaid() {
    let usage = normal(
      "openai-chat", ["prompt_tokens": "10", "completion_tokens": "5", "total_tokens": "18"])
    #expect(usage.buckets == UsageBuckets(freshInput: 10, visibleOutput: 5))
    #expect(usage.problems == [.totalDiffers(said: 18, sum: 15)])
    #expect(
      usage.problems[0].description == "the total is said to be 18, but the parts add up to 15")
    let cache = normal(
      "anthropic-messages",
      [
        "input_tokens": "1", "output_tokens": "1", "cache_creation_input_tokens": "5",
        "cache_creation.ephemeral_5m_input_tokens": "4",
      ])
    #expect(cache.buckets == nil)
    #expect(cache.problems == [.partsDiffer("cache writes", count: 5, parts: 4)])
  }

  private func normal(_ dialect: String, _ fields: [String: String]) -> NormalUsage {
    UsageShape.of(dialect: dialect).normalise(SentUsage(fields))
  }
}
