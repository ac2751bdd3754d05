/// Takes the counts out of one report, shape by shape, and notes what is wrong with them.
struct UsageCounts {
  private let sent: SentUsage
  private(set) var problems: [UsageProblem] = []

  init(_ sent: SentUsage) { self.sent = sent }

  // MARK: Shapes

  mutating func chat(reasoningBeside: Bool) -> UsageBuckets {
    let prompt = required("prompt_tokens")
    let completion = required("completion_tokens")
    let details = "prompt_tokens_details."
    let read = first(details + "cached_tokens", "prompt_cache_hit_tokens", "cached_tokens") ?? 0
    let (short, long) = written(
      total: first(
        details + "cache_write_tokens", details + "cache_creation_tokens",
        "cache_creation_input_tokens"),
      parts: details + "cache_creation_token_details.")
    var extras = media("input", details)
    var buckets = UsageBuckets(cacheRead: read, cacheWrite5m: short, cacheWrite1h: long)
    buckets.freshInput = rest(
      "prompt_tokens", prompt, read, short, long, extras.values.reduce(0) { $0.addingCapped($1) })
    let reasoning = first("completion_tokens_details.reasoning_tokens") ?? 0
    let spoken = media("output", "completion_tokens_details.")
    let others = spoken.values.reduce(0) { $0.addingCapped($1) }
    let total = first("total_tokens")
    let isBeside =
      reasoningBeside
      && total == prompt.addingCapped(completion).addingCapped(reasoning)
    buckets.reasoning = reasoning
    buckets.visibleOutput =
      isBeside
      ? rest("completion_tokens", completion, others)
      : rest("completion_tokens", completion, reasoning, others)
    extras.merge(spoken) { $1 }
    extras["web.search"] = first("server_tool_use.web_search_requests")
    buckets.extras = extras.filter { $0.value != 0 }
    check(total: total, against: prompt, completion, isBeside ? reasoning : 0)
    return buckets
  }

  mutating func responses() -> UsageBuckets {
    let input = required("input_tokens")
    let output = required("output_tokens")
    let read = first("input_tokens_details.cached_tokens") ?? 0
    let write = first("input_tokens_details.cache_write_tokens") ?? 0
    let reasoning = first("output_tokens_details.reasoning_tokens") ?? 0
    check(total: first("total_tokens"), against: input, output)
    return UsageBuckets(
      freshInput: rest("input_tokens", input, read, write), cacheRead: read, cacheWrite5m: write,
      visibleOutput: rest("output_tokens", output, reasoning), reasoning: reasoning)
  }

  mutating func messages() -> UsageBuckets {
    let fresh = required("input_tokens")
    let output = required("output_tokens")
    let read = first("cache_read_input_tokens") ?? 0
    let (short, long) = written(
      total: first("cache_creation_input_tokens"), parts: "cache_creation.")
    let thinking = first("output_tokens_details.thinking_tokens") ?? 0
    var extras: [String: Int] = [:]
    if let searches = first("server_tool_use.web_search_requests"), searches > 0 {
      extras["web.search"] = searches
    }
    return UsageBuckets(
      freshInput: fresh, cacheRead: read, cacheWrite5m: short, cacheWrite1h: long,
      visibleOutput: rest("output_tokens", output, thinking), reasoning: thinking, extras: extras)
  }

  mutating func gemini() -> UsageBuckets {
    let prompt = required("promptTokenCount")
    let output = first("candidatesTokenCount") ?? 0
    let thoughts = first("thoughtsTokenCount") ?? 0
    let read = first("cachedContentTokenCount") ?? 0
    let tools = first("toolUsePromptTokenCount") ?? 0
    check(total: first("totalTokenCount"), against: prompt, output, thoughts, tools)
    return UsageBuckets(
      freshInput: rest("promptTokenCount", prompt, read).addingCapped(tools), cacheRead: read,
      visibleOutput: output, reasoning: thoughts)
  }

  mutating func converse() -> UsageBuckets {
    let fresh = required("inputTokens")
    let output = required("outputTokens")
    let read = first("cacheReadInputTokens") ?? 0
    let write = first("cacheWriteInputTokens") ?? 0
    // Whether the total has the cache's part in it differs from model to model: both are right.
    if let total = first("totalTokens"), total != fresh.addingCapped(output) {
      check(total: total, against: fresh, output, read, write)
    }
    return UsageBuckets(
      freshInput: fresh, cacheRead: read, cacheWrite5m: write, visibleOutput: output)
  }

  mutating func cohere() -> UsageBuckets {
    let input = required("tokens.input_tokens")
    let output = required("tokens.output_tokens")
    let read = first("cached_tokens") ?? 0
    return UsageBuckets(
      freshInput: rest("tokens.input_tokens", input, read), cacheRead: read, visibleOutput: output)
  }

  mutating func ollama() -> UsageBuckets {
    // A prompt that the server still has from the last request is not evaluated, and not counted.
    let prompt = first("prompt_eval_count") ?? 0
    return UsageBuckets(freshInput: prompt, visibleOutput: required("eval_count"))
  }

  // MARK: Fields

  /// What was written to caches of 5 minutes and of an hour; what no part names is of the former.
  private mutating func written(total: Int?, parts prefix: String) -> (short: Int, long: Int) {
    let short = first(prefix + "ephemeral_5m_input_tokens")
    let long = first(prefix + "ephemeral_1h_input_tokens")
    guard short != nil || long != nil else { return (total ?? 0, 0) }
    let parts = (short ?? 0).addingCapped(long ?? 0)
    if let total, total != parts {
      problems.append(.partsDiffer("cache writes", count: total, parts: parts))
    }
    return (short ?? 0, long ?? 0)
  }

  private mutating func media(_ side: String, _ prefix: String) -> [String: Int] {
    var found: [String: Int] = [:]
    for kind in ["audio", "image", "video"] {
      if let count = first("\(prefix)\(kind)_tokens"), count > 0 {
        found["\(side).\(kind)"] = count
      }
    }
    return found
  }

  private mutating func required(_ field: String) -> Int {
    guard sent.fields[field] != nil else {
      problems.append(.missing(field))
      return 0
    }
    return first(field) ?? 0
  }

  /// The first of the fields that was sent, if it is a count.
  private mutating func first(_ fields: String...) -> Int? {
    guard let field = fields.first(where: { sent.fields[$0] != nil }), let text = sent.fields[field]
    else { return nil }
    guard let count = Int(text), count >= 0 else {
      problems.append(.notACount(field, text: text))
      return nil
    }
    return count
  }

  /// What is left of a count without its parts.
  private mutating func rest(_ field: String, _ count: Int, _ parts: Int...) -> Int {
    let sum = parts.reduce(0) { $0.addingCapped($1) }
    guard sum <= count else {
      problems.append(.partsExceed(field, count: count, parts: sum))
      return 0
    }
    return count - sum
  }

  private mutating func check(total: Int?, against parts: Int...) {
    let sum = parts.reduce(0) { $0.addingCapped($1) }
    if let total, total != sum { problems.append(.totalDiffers(said: total, sum: sum)) }
  }
}
