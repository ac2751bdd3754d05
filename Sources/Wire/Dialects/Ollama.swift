package import Core

/// Ollama: newline-delimited JSON, the last object with `done`.
///
/// github.com/ollama/ollama, docs/api.md, "Generate a chat completion".
package struct Ollama: Dialect {
  package let name = "ollama"
  package let about = "Ollama: POST /api/chat, newline-delimited JSON"
  package let basePath = ""
  package let streamMediaType = "application/x-ndjson"

  private static let path = "/api/chat"

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"messages\":")
    ChatRequest.put(prompt.messages, &body)
    if let tokens = prompt.outputTokens { body.put(",\"options\":{\"num_predict\":\(tokens)}") }
    // Here a stream is what is not asked to be anything else.
    body.put(traffic.stream ? ",\"stream\":true}" : ",\"stream\":false}")
    return ClientRequest(
      path: Self.path, headers: ChatRequest.headers(traffic, accept: streamMediaType), body: body,
      keyHeader: "Authorization", keyPrefix: "Bearer ")
  }

  package let reportsUsageAlways = true

  /// There is no word for what a cache had, nor for reasoning.
  package func usage(of step: UsageStep) -> TokenUsage {
    TokenUsage(prompt: step.prompt, completion: step.completion)
  }

  package func isStream(mediaType: String) -> Bool { mediaType == streamMediaType }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = OllamaReader()
    var reading = StreamReading()
    var start = 0
    while let end = body[start...].firstIndex(of: .lf) {
      var line = body[start..<end]
      if line.last == .cr { line.removeLast() }
      for one in reader.said(by: Array(line)) {
        reading.events.append(one.event(start: start, end: end + 1))
      }
      start = end + 1
    }
    if start < body.count { reading.danglingFrom = start }
    return reading
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    var reader = OllamaReader()
    return StreamReading(
      events: reader.said(by: body).filter { $0.kind != .terminator }
        .map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return ErrorReader.error(in: document)
  }

  package func owns(path: String) -> Bool { path.hasSuffix(Self.path) }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard owns(path: request.path) else { return nil }
    return ChatRequest.accept(request, alwaysUsage: true, streamDefault: true)
  }

  package func problem(with step: Step) -> String? { OneAnswer.problem(with: step) }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    OllamaWriter(request)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    let choice = answer.choices.first ?? .init()
    var out: [UInt8] = []
    OllamaParts.open(request, &out)
    OllamaParts.putMessage(choice, &out)
    OllamaParts.putEnd(choice.finish, answer.usage, &out)
    out.put("}")
    return out
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    OllamaParts.put(error, &out)
    return out
  }
}
