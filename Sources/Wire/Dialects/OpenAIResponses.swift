package import Core

/// OpenAI Responses: typed events with sequence numbers, items and parts, and one event that ends
/// the response and repeats all of it.
///
/// OpenAI API specification 2.3.0, `createResponse`; read as Open Responses, too.
package struct OpenAIResponses: Dialect {
  package let name = "openai-responses"
  package let about = "OpenAI Responses: POST /responses, typed server-sent events"
  package let streamMediaType = "text/event-stream; charset=utf-8"
  package let reportsUsageAlways = true

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"input\":")
    ChatRequest.put(prompt.messages, &body)
    if let tokens = prompt.outputTokens { body.put(",\"max_output_tokens\":\(tokens)") }
    if traffic.stream { body.put(",\"stream\":true") }
    body.put("}")
    return ClientRequest(
      path: "/responses", headers: ChatRequest.headers(traffic), body: body,
      keyHeader: "Authorization", keyPrefix: "Bearer ")
  }

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = ResponsesReader()
    return EventStream.read(body) { block in
      guard case .event(let type, let data, _) = block else {
        return EventStream.saidWithoutEvent(block) ?? []
      }
      return reader.said(type: type, data: data)
    }
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: ResponsesReader.said(byWhole: body).map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return ErrorReader.error(in: document)
  }

  package func owns(path: String) -> Bool { path.hasSuffix("/responses") }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard owns(path: request.path) else { return nil }
    return ChatRequest.accept(request, alwaysUsage: true)
  }

  package func problem(with step: Step) -> String? {
    OneAnswer.problem(with: step, refusals: true)
  }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    ResponsesWriter(request, plan)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    ResponsesParts.whole(answer, for: request)
  }

  package func error(_ error: ErrorStep) -> [UInt8] { OpenAIChat().error(error) }
}
