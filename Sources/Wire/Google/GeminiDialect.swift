import Core

/// What both forms of Gemini's stream have in common.
protocol GeminiDialect: Dialect {
  var framing: GeminiWriter.Framing { get }
}

extension GeminiDialect {
  package var basePath: String { "" }
  package var reportsUsageAlways: Bool { true }

  /// Whether it streams is told by the method, and in which form by a parameter.
  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"contents\":[")
    for (index, message) in prompt.messages.filter({ $0.role != .system }).enumerated() {
      if index > 0 { body.put(",") }
      body.put(message.role == .user ? "{\"role\":\"user\"" : "{\"role\":\"model\"")
      body.put(",\"parts\":[{\"text\":")
      body.putQuoted(message.text)
      body.put("}]}")
    }
    body.put("]")
    let system = prompt.messages.filter { $0.role == .system }.map(\.text)
    if !system.isEmpty {
      body.put(",\"systemInstruction\":{\"parts\":[{\"text\":")
      body.putQuoted(system.joined(separator: "\n"))
      body.put("}]}")
    }
    if let tokens = prompt.outputTokens {
      body.put(",\"generationConfig\":{\"maxOutputTokens\":\(tokens)}")
    }
    body.put("}")
    var path = "/v1beta/models/\(PathSegment.encode(traffic.model)):"
    path += traffic.stream ? "streamGenerateContent" : "generateContent"
    if traffic.stream, framing == .events { path += "?alt=sse" }
    let accept = framing == .events ? "text/event-stream" : "application/json"
    return ClientRequest(
      path: path, headers: ChatRequest.headers(traffic, accept: accept), body: body,
      keyHeader: "x-goog-api-key", keyPrefix: "")
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    var reader = GeminiReader()
    return StreamReading(
      events: reader.said(by: body).map { $0.event(start: 0, end: body.count) })
  }

  /// In the array form an error is the only element of an array.
  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return GeminiReader.error(in: document.array?.first ?? document)
  }

  package func owns(path: String) -> Bool {
    path.hasSuffix(":streamGenerateContent") || path.hasSuffix(":generateContent")
  }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    let path = request.path
    guard owns(path: path),
      var accepted = ChatRequest.accept(request, alwaysUsage: true)
    else { return nil }
    accepted.stream = path.hasSuffix(":streamGenerateContent")
    if accepted.stream {
      let isEvents = request.target.dropFirst(path.count + 1).split(separator: "&")
        .contains("alt=sse")
      guard isEvents == (framing == .events) else { return nil }
    }
    let last = path.split(separator: "/").last ?? ""
    accepted.model = PathSegment.decode(String(last.prefix { $0 != ":" }))
    return accepted
  }

  package func problem(with step: Step) -> String? {
    if case .text(let text) = step, text.kind == .refusal { return OneAnswer.problem(with: step) }
    return nil
  }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    GeminiWriter(request, plan, framing)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    GeminiParts.whole(answer, for: request)
  }
}

/// One segment of a path (RFC 3986 section 3.3).
enum PathSegment {
  static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      let isPlain = byte.isLetter || byte.isDigit || "-._~".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  static func decode(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let high = rest[rest.startIndex].hexValue, let low = rest[rest.startIndex + 1].hexValue
      {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
