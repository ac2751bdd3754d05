import Core

/// The parts of which streams, whole answers and errors of Anthropic Messages are made.
enum MessagesParts {
  /// What signs scripted thinking: opaque to clients, who send it back.
  static let signature = "cmVsYXltYXJrLXNjcmlwdGVk"

  /// Everything up to and including the bracket that opens `content`.
  static func openMessage(_ request: ProviderRequest, _ out: inout [UInt8]) {
    out.put("{\"id\":\"msg_")
    out.putHex(request.number)
    out.put("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
    out.putQuoted(request.model)
    out.put(",\"content\":[")
  }

  static func putStop(_ finish: FinishStep?, _ out: inout [UInt8]) {
    out.put("\"stop_reason\":")
    if let finish { out.putQuoted(reason(of: finish)) } else { out.put("null") }
    out.put(",\"stop_sequence\":")
    if let sequence = finish?.sequence { out.putQuoted(sequence) } else { out.put("null") }
  }

  /// Input tokens that a cache had are counted apart from the others, not among them.
  static func putUsage(_ usage: UsageStep, output: Int, _ out: inout [UInt8]) {
    out.put("{\"input_tokens\":")
    out.put(usage.prompt &- usage.cached)
    out.put(",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":")
    out.put(usage.cached)
    out.put(",\"output_tokens\":")
    out.put(output)
    if output == usage.completion {
      out.put(",\"output_tokens_details\":{\"thinking_tokens\":")
      out.put(usage.reasoning)
      out.put("}")
      usage.putMore(&out)
    }
    out.put(",\"service_tier\":\"standard\"}")
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"type\":\"error\",\"error\":{\"type\":")
    out.putQuoted(type(of: error))
    out.put(",\"message\":")
    out.putQuoted(error.message)
    out.put("},\"request_id\":\"req_relaymark\"}")
  }

  static func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    let choice = answer.choices.first ?? .init()
    var out: [UInt8] = []
    out.reserveCapacity(512 + choice.text.utf8.count)
    openMessage(request, &out)
    var separator = ""
    func next() {
      out.put(separator)
      separator = ","
    }
    if !choice.reasoning.isEmpty {
      next()
      out.put("{\"type\":\"thinking\",\"thinking\":")
      out.putQuoted(choice.reasoning)
      out.put(",\"signature\":\"\(signature)\"}")
    }
    if !choice.text.isEmpty {
      next()
      out.put("{\"type\":\"text\",\"text\":")
      out.putQuoted(choice.text)
      out.put("}")
    }
    for call in choice.calls {
      next()
      out.put("{\"type\":\"tool_use\",\"id\":")
      out.putQuoted(call.id(prefix: "toolu_"))
      out.put(",\"name\":")
      out.putQuoted(call.name)
      out.put(",\"input\":\(call.arguments)}")
    }
    out.put("],")
    putStop(choice.finish, &out)
    out.put(",\"usage\":")
    let usage = answer.usage ?? UsageStep()
    putUsage(usage, output: usage.completion, &out)
    out.put("}")
    return out
  }

  // MARK: Words

  private static let reasons = [
    ("stop", "end_turn"), ("length", "max_tokens"), ("tool_calls", "tool_use"),
    ("content_filter", "refusal"),
  ]

  /// A stop sequence has a reason of its own.
  private static func reason(of finish: FinishStep) -> String {
    if finish.sequence != nil { return "stop_sequence" }
    return reasons.first { $0.0 == finish.reason }?.1 ?? finish.reason
  }

  /// The reason in the words of a script.
  static func neutralReason(_ reason: String) -> String {
    if reason == "stop_sequence" { return "stop" }
    return reasons.first { $0.1 == reason }?.0 ?? reason
  }

  private static let types = [
    (400, "invalid_request_error"), (401, "authentication_error"), (402, "billing_error"),
    (403, "permission_error"), (404, "not_found_error"), (409, "conflict_error"),
    (413, "request_too_large"), (429, "rate_limit_error"), (500, "api_error"),
    (504, "timeout_error"), (529, "overloaded_error"),
  ]

  /// The type the script gives, if it is one of this format, else that of its status.
  private static func type(of error: ErrorStep) -> String {
    if types.contains(where: { $0.1 == error.type }) { return error.type }
    let fallback = error.status < 500 ? "invalid_request_error" : "api_error"
    return types.first { $0.0 == error.status }?.1 ?? fallback
  }
}
