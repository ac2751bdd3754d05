package import Core

/// The wire formats that relaymark speaks, sorted by name.
package enum Dialects {
  package static let all: [any Dialect] = [
    AnthropicMessages(), AzureOpenAI(), Bedrock(), Cohere(), DeepSeek(), Gemini(), GeminiArray(),
    Groq(), Mistral(),
    Ollama(), OpenAIChat(), OpenAIResponses(), OpenRouter(), Qwen(), VLLM(), XAI(),
  ]

  /// What is spoken where nobody says what.
  package static let usual: any Dialect = OpenAIChat()

  /// The dialect of that name, or nil; for an error text, `all` has the names.
  package static func named(_ name: String) -> (any Dialect)? {
    all.first { $0.name == name }
  }

  /// What is wrong with playing the step in the dialect of that name, or nil.
  package static func problem(with step: Step, in name: String) -> String? {
    named(name)?.problem(with: step).map { "\(name) \($0)" }
  }

  /// Why nothing can wait for an event in the dialect of that name, or nil.
  package static func problemWithEvents(in name: String) -> String? {
    guard let dialect = named(name), !dialect.isStream(mediaType: "text/event-stream") else {
      return nil
    }
    return "\(name) has no server-sent events to wait for; use byte(…) or time(…)"
  }

  /// The dialect in which a server answers the request, and what it makes of it.
  ///
  /// The first segment of the path may name it (`/deepseek/v1/chat/completions`); else it is the one
  /// whose path it can only be, else the first that takes it. `request` loses that segment.
  static func accepting(
    _ request: inout HTTPRequest, among dialects: [any Dialect]
  ) -> (dialect: any Dialect, accepted: ProviderRequest)? {
    if let named = takeName(&request, among: dialects) {
      return named.accepts(request).map { (named, $0) }
    }
    let path = request.path
    for dialect in dialects.filter({ $0.owns(path: path) }) + dialects {
      if let accepted = dialect.accepts(request) { return (dialect, accepted) }
    }
    return nil
  }

  /// The dialect that the path begins with, which is cut off.
  static func takeName(
    _ request: inout HTTPRequest, among dialects: [any Dialect]
  ) -> (any Dialect)? {
    guard request.target.first == "/" else { return nil }
    let segment = request.target.dropFirst().prefix { $0 != "/" && $0 != "?" }
    guard let dialect = dialects.first(where: { $0.name == segment }) else { return nil }
    request.target = String(request.target.dropFirst(segment.count + 1))
    return dialect
  }

  /// The dialects that a server speaks, the likeliest first for what several of them accept.
  package static func preferring(_ name: String) -> [any Dialect] {
    let first = [named(name), usual].compactMap { $0 }
    return first + all.filter { dialect in !first.contains { $0.name == dialect.name } }
  }
}
