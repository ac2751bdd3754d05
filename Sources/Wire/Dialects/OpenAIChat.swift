package import Core

/// OpenAI Chat Completions, the format that nearly every relay speaks.
///
/// OpenAI API specification 2.3.0, `createChatCompletion`: `data:` lines only, a role chunk, delta
/// chunks, one chunk with `finish_reason`, one with `usage` and no choices, then `[DONE]`.
package struct OpenAIChat: Dialect {
  package let name = "openai-chat"
  package let about = "OpenAI Chat Completions: POST /chat/completions, server-sent events"
  package let streamMediaType = "text/event-stream; charset=utf-8"

  private static let path = "/chat/completions"

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"messages\":[")
    for (index, message) in prompt.messages.enumerated() {
      if index > 0 { body.put(",") }
      body.put("{\"role\":")
      body.putQuoted(message.role.rawValue)
      body.put(",\"content\":")
      body.putQuoted(message.text)
      body.put("}")
    }
    body.put("]")
    // Superseded by `max_completion_tokens`, which most servers besides OpenAI's do not know.
    if let tokens = prompt.outputTokens { body.put(",\"max_tokens\":\(tokens)") }
    if traffic.stream {
      body.put(",\"stream\":true")
      if traffic.usage { body.put(",\"stream_options\":{\"include_usage\":true}") }
    }
    body.put("}")
    return ClientRequest(
      path: Self.path,
      headers: [
        HeaderField(name: "Content-Type", value: "application/json"),
        HeaderField(
          name: "Accept", value: traffic.stream ? "text/event-stream" : "application/json"),
      ],
      body: body, keyHeader: "Authorization", keyPrefix: "Bearer ")
  }

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var parser = SSEParser()
    var reading = StreamReading()
    for block in parser.feed(body) {
      for kind in Self.kinds(of: block.kind) {
        reading.events.append(NeutralEvent(kind: kind, start: block.start, end: block.end))
      }
    }
    reading.danglingFrom = parser.pendingFrom
    return reading
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: ChatReader.wholeKinds(of: body).map {
        NeutralEvent(kind: $0, start: 0, end: body.count)
      })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return ErrorReader.error(in: document)
  }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard request.method == "POST", request.path.hasSuffix(Self.path),
      let body = try? JSONValue.parse(request.body), case .object = body
    else { return nil }
    var scanner = NonceScanner()
    scanner.scan(request.body)
    let stream = body["stream"]?.bool ?? false
    return ProviderRequest(
      model: body["model"]?.string ?? "", stream: stream,
      usage: body["stream_options"]?["include_usage"]?.bool ?? false, nonce: scanner.found)
  }

  package func event(_ event: ScriptedEvent, for request: ProviderRequest) -> [UInt8] {
    ChatWriter.event(event, for: request)
  }

  package func whole(
    text: String, finish: String?, usage: UsageStep?, for request: ProviderRequest
  ) -> [UInt8] {
    ChatWriter.whole(text: text, finish: finish, usage: usage, for: request)
  }

  package func error(_ error: ErrorStep) -> [UInt8] { ChatWriter.error(error) }

  private static func kinds(of block: SSEParser.Kind) -> [NeutralEvent.Kind] {
    switch block {
    case .event(let type, let data, _):
      ChatReader.kinds(of: data, isErrorEvent: type.elementsEqual("error".utf8))
    case .comment: [.comment]
    case .nothing: [.empty]
    case .garbageLine: [.malformed("a line that is no field of an event stream")]
    }
  }
}
