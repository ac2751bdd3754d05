package import Core

/// Cohere's chat, version 2: typed events, blocks with an index, one event at the end.
///
/// docs.cohere.com, "Chat with streaming (v2)"; the official SDK 7.3.1 has the types.
package struct Cohere: Dialect {
  package let name = "cohere"
  package let about = "Cohere: POST /v2/chat, typed server-sent events"
  package let basePath = ""
  package let streamMediaType = "text/event-stream"
  package let reportsUsageAlways = true

  private static let path = "/v2/chat"

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"messages\":")
    ChatRequest.put(prompt.messages, &body)
    if let tokens = prompt.outputTokens { body.put(",\"max_tokens\":\(tokens)") }
    body.put(traffic.stream ? ",\"stream\":true}" : ",\"stream\":false}")
    return ClientRequest(
      path: Self.path, headers: ChatRequest.headers(traffic), body: body,
      keyHeader: "Authorization", keyPrefix: "Bearer ")
  }

  /// There is no word for reasoning.
  package func usage(of step: UsageStep) -> TokenUsage {
    TokenUsage(prompt: step.prompt, completion: step.completion, cached: step.cached)
  }

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = CohereReader()
    return EventStream.read(body) { block in
      guard case .event(_, let data, _) = block else {
        return EventStream.saidWithoutEvent(block) ?? []
      }
      let said = reader.said(by: data)
      // A stream that ends in an error has not come to its end.
      let failed = said.contains { if case .error = $0.kind { true } else { false } }
      return failed ? said.filter { $0.kind != .terminator } : said
    }
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: CohereReader.said(byWhole: body).map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    (try? JSONValue.parse(body)).flatMap { CohereReader.error(in: $0) }
  }

  package func owns(path: String) -> Bool { path.hasSuffix(Self.path) }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard owns(path: request.path) else { return nil }
    return ChatRequest.accept(request, alwaysUsage: true)
  }

  package func problem(with step: Step) -> String? { OneAnswer.problem(with: step) }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    CohereWriter(request)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    CohereParts.whole(answer, for: request)
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    CohereParts.put(error, &out)
    return out
  }
}
