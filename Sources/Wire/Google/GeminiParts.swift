import Core

/// The parts of which streams, whole answers and errors of Gemini are made.
enum GeminiParts {
  static func put(_ text: String, isThought: Bool = false, _ out: inout [UInt8]) {
    out.put("{\"text\":")
    out.putQuoted(text)
    out.put(isThought ? ",\"thought\":true}" : "}")
  }

  static func put(_ call: ScriptedCall, _ out: inout [UInt8]) {
    out.put("{\"functionCall\":{\"id\":")
    out.putQuoted(call.id(prefix: ""))
    out.put(",\"name\":")
    out.putQuoted(call.name)
    out.put(",\"args\":")
    out.put(call.arguments)
    out.put("}}")
  }

  /// Counts so far, which every event has; thoughts are told apart only at the end.
  static func putRunning(_ prompt: Int, _ output: Int, _ out: inout [UInt8]) {
    out.put("{\"promptTokenCount\":")
    out.put(prompt)
    out.put(",\"candidatesTokenCount\":")
    out.put(output)
    out.put(",\"totalTokenCount\":")
    out.put(prompt &+ output)
    out.put("}")
  }

  static func put(_ usage: UsageStep, _ out: inout [UInt8]) {
    out.put("{\"promptTokenCount\":")
    out.put(usage.prompt)
    out.put(",\"cachedContentTokenCount\":")
    out.put(usage.cached)
    out.put(",\"candidatesTokenCount\":")
    out.put(usage.completion &- usage.reasoning)
    out.put(",\"thoughtsTokenCount\":")
    out.put(usage.reasoning)
    out.put(",\"totalTokenCount\":")
    out.put(usage.prompt &+ usage.completion)
    usage.putMore(&out)
    out.put("}")
  }

  /// What every response ends with.
  static func close(_ request: ProviderRequest, _ out: inout [UInt8]) {
    out.put(",\"modelVersion\":")
    out.putQuoted(request.model)
    out.put(",\"responseId\":\"")
    out.putHex(request.number)
    out.put("\"}")
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"error\":{\"code\":\(error.status),\"message\":")
    out.putQuoted(error.message)
    out.put(",\"status\":")
    out.putQuoted(error.code ?? status(of: error.status))
    if let seconds = error.retryAfter {
      out.put(",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",")
      out.put("\"retryDelay\":\"\(seconds)s\"}]")
    }
    out.put("}}")
  }

  static func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    var out: [UInt8] = []
    out.put("{\"candidates\":[")
    for (index, choice) in answer.choices.enumerated() {
      if index > 0 { out.put(",") }
      out.put("{\"content\":{\"parts\":[")
      var separator = ""
      func next() {
        out.put(separator)
        separator = ","
      }
      if !choice.reasoning.isEmpty {
        next()
        put(choice.reasoning, isThought: true, &out)
      }
      if !choice.text.isEmpty || (choice.calls.isEmpty && choice.reasoning.isEmpty) {
        next()
        put(choice.text, &out)
      }
      for call in choice.calls {
        next()
        put(call, &out)
      }
      out.put("],\"role\":\"model\"}")
      if let finish = choice.finish {
        out.put(",\"finishReason\":")
        out.putQuoted(reason(of: finish))
      }
      out.put(",\"index\":\(index)}")
    }
    out.put("],\"usageMetadata\":")
    put(answer.usage ?? UsageStep(), &out)
    close(request, &out)
    return out
  }

  // MARK: Words

  /// A call of a tool ends in `STOP` here.
  static func reason(of finish: FinishStep) -> String {
    switch finish.reason {
    case "stop", "tool_calls": "STOP"
    case "length": "MAX_TOKENS"
    case "content_filter": "SAFETY"
    default: finish.reason
    }
  }

  static func neutralReason(_ reason: String, hasCall: Bool) -> String {
    switch reason {
    case "STOP": hasCall ? "tool_calls" : "stop"
    case "MAX_TOKENS": "length"
    case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY":
      "content_filter"
    default: reason
    }
  }

  /// The name of google.rpc.Code that goes with an HTTP status.
  private static func status(of status: Int) -> String {
    switch status {
    case 400: "INVALID_ARGUMENT"
    case 401: "UNAUTHENTICATED"
    case 403: "PERMISSION_DENIED"
    case 404: "NOT_FOUND"
    case 409: "ABORTED"
    case 429: "RESOURCE_EXHAUSTED"
    case 501: "UNIMPLEMENTED"
    case 503: "UNAVAILABLE"
    case 504: "DEADLINE_EXCEEDED"
    case ..<500: "FAILED_PRECONDITION"
    default: "INTERNAL"
    }
  }
}
