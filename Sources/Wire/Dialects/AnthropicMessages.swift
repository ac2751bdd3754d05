package import Core

/// Anthropic Messages: named events, content blocks, usage in two parts, no `[DONE]`.
///
/// docs.claude.com, "Streaming messages"; the official SDK reads names, not only data.
package struct AnthropicMessages: Dialect {
  package let name = "anthropic-messages"
  package let about = "Anthropic Messages: POST /v1/messages, named server-sent events"
  package let basePath = ""
  package let streamMediaType = "text/event-stream; charset=utf-8"
  package let reportsUsageAlways = true

  /// The version of the API that every client knows.
  private static let version = "2023-06-01"
  /// The format demands a bound of the answer.
  private static let outputTokens = 4_096

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"max_tokens\":\(prompt.outputTokens ?? Self.outputTokens)")
    let system = prompt.messages.filter { $0.role == .system }.map(\.text)
    if !system.isEmpty {
      body.put(",\"system\":")
      body.putQuoted(system.joined(separator: "\n"))
    }
    body.put(",\"messages\":")
    ChatRequest.put(prompt.messages.filter { $0.role != .system }, &body)
    if traffic.stream { body.put(",\"stream\":true") }
    body.put("}")
    let headers =
      ChatRequest.headers(traffic)
      + [HeaderField(name: "anthropic-version", value: Self.version)]
    return ClientRequest(
      path: "/v1/messages", headers: headers, body: body, keyHeader: "x-api-key", keyPrefix: "")
  }

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = MessagesReader()
    return EventStream.read(body) { block in
      guard case .event(let type, let data, _) = block else {
        return EventStream.saidWithoutEvent(block) ?? []
      }
      return reader.said(type: type, data: data)
    }
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: MessagesReader.said(byWhole: body).map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return MessagesReader.error(in: document)
  }

  package func owns(path: String) -> Bool { path.hasSuffix("/messages") }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard owns(path: request.path) else { return nil }
    return ChatRequest.accept(request, alwaysUsage: true)
  }

  package func problem(with step: Step) -> String? { OneAnswer.problem(with: step) }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    MessagesWriter(request, plan)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    MessagesParts.whole(answer, for: request)
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    MessagesParts.put(error, &out)
    return out
  }
}
