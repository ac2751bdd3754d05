import Core

/// The request of Chat Completions, as a client writes it and a provider reads it.
enum ChatRequest {
  static func body(_ traffic: Traffic, _ prompt: Prompt) -> [UInt8] {
    var body: [UInt8] = []
    body.put("{\"model\":")
    body.putQuoted(traffic.model)
    body.put(",\"messages\":")
    put(prompt.messages, &body)
    // Superseded by `max_completion_tokens`, which most servers besides OpenAI's do not know.
    if let tokens = prompt.outputTokens { body.put(",\"max_tokens\":\(tokens)") }
    if traffic.stream {
      body.put(",\"stream\":true")
      if traffic.usage { body.put(",\"stream_options\":{\"include_usage\":true}") }
    }
    body.put("}")
    return body
  }

  /// A list of messages with role and content.
  static func put(_ messages: [Prompt.Message], _ body: inout [UInt8]) {
    body.put("[")
    for (index, message) in messages.enumerated() {
      if index > 0 { body.put(",") }
      body.put("{\"role\":")
      body.putQuoted(message.role.rawValue)
      body.put(",\"content\":")
      body.putQuoted(message.text)
      body.put("}")
    }
    body.put("]")
  }

  /// The fields of a request whose body is JSON.
  static func headers(_ traffic: Traffic, accept: String = "text/event-stream") -> [HeaderField] {
    [
      HeaderField(name: "Content-Type", value: "application/json"),
      HeaderField(name: "Accept", value: traffic.stream ? accept : "application/json"),
    ]
  }

  /// Nil if the body is no JSON object.
  static func accept(
    _ request: HTTPRequest, alwaysUsage: Bool, streamDefault: Bool = false
  ) -> ProviderRequest? {
    guard request.method == "POST", let body = try? JSONValue.parse(request.body),
      case .object = body
    else { return nil }
    var scanner = NonceScanner()
    scanner.scan(request.body)
    return ProviderRequest(
      model: body["model"]?.string ?? "", stream: body["stream"]?.bool ?? streamDefault,
      usage: alwaysUsage || body["stream_options"]?["include_usage"]?.bool ?? false,
      nonce: scanner.found)
  }
}
