/// How a dialect counts: which fields there are, and which counts are part of which.
package enum UsageShape: Hashable, Sendable {
  /// Chat Completions: cached, written and audio tokens are part of the prompt, reasoning is part of
  /// the completion. `reasoningBeside` is xAI's way, where the total shows that it is not.
  case chat(reasoningBeside: Bool)
  /// The Responses API: as above, with other names.
  case responses
  /// Anthropic: `input_tokens` is without what was read from the cache or written to it.
  case messages
  /// Gemini: the cached part is in the prompt; thoughts and tool prompts are beside.
  case gemini
  /// Bedrock's Converse: as Anthropic's.
  case converse
  case cohere
  case ollama

  /// The shape of a dialect by its name; chat's for those that are like it.
  package static func of(dialect name: String) -> UsageShape {
    switch name {
    case "anthropic-messages": .messages
    case "openai-responses": .responses
    case "gemini", "gemini-array": .gemini
    case "bedrock": .converse
    case "cohere": .cohere
    case "ollama": .ollama
    case "xai": .chat(reasoningBeside: true)
    default: .chat(reasoningBeside: false)
    }
  }

  /// The disjoint buckets of a report in this shape, and what does not add up in it.
  ///
  /// Nothing is corrected: counts that contradict each other give no buckets.
  package func normalise(_ sent: SentUsage) -> NormalUsage {
    var counts = UsageCounts(sent)
    let buckets: UsageBuckets
    switch self {
    case .chat(let beside): buckets = counts.chat(reasoningBeside: beside)
    case .responses: buckets = counts.responses()
    case .messages: buckets = counts.messages()
    case .gemini: buckets = counts.gemini()
    case .converse: buckets = counts.converse()
    case .cohere: buckets = counts.cohere()
    case .ollama: buckets = counts.ollama()
    }
    let holds = counts.problems.allSatisfy(\.leavesBuckets)
    return NormalUsage(buckets: holds ? buckets : nil, problems: counts.problems)
  }
}
