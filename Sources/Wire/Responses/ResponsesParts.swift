import Core

/// The parts of which streams, whole answers and errors of OpenAI Responses are made.
enum ResponsesParts {
  enum Part: Hashable, Sendable { case text, refusal }

  static func itemID(_ request: ProviderRequest, _ index: Int) -> String {
    var id: [UInt8] = []
    id.put("item_")
    id.putHex(request.number)
    id.put("_\(index)")
    return String(decoding: id, as: UTF8.self)
  }

  static func put(_ part: Part, _ text: String, _ out: inout [UInt8]) {
    switch part {
    case .text:
      out.put("{\"type\":\"output_text\",\"text\":")
      out.putQuoted(text)
      out.put(",\"annotations\":[],\"logprobs\":[]}")
    case .refusal:
      out.put("{\"type\":\"refusal\",\"refusal\":")
      out.putQuoted(text)
      out.put("}")
    }
  }

  static func putMessage(_ parts: [[UInt8]], id: String, _ out: inout [UInt8]) {
    out.put("{\"id\":\"\(id)\",\"type\":\"message\",\"status\":\"completed\",")
    out.put("\"role\":\"assistant\",\"content\":")
    putList(parts, &out)
    out.put("}")
  }

  static func putReasoning(_ text: String, id: String, _ out: inout [UInt8]) {
    out.put("{\"id\":\"\(id)\",\"type\":\"reasoning\",\"summary\":")
    out.put("[{\"type\":\"summary_text\",\"text\":")
    out.putQuoted(text)
    out.put("}]}")
  }

  static func put(
    _ call: ScriptedCall, id: String, arguments: String, status: String, _ out: inout [UInt8]
  ) {
    out.put("{\"id\":\"\(id)\",\"type\":\"function_call\",\"status\":\"\(status)\",\"call_id\":")
    out.putQuoted(call.id(prefix: "call_"))
    out.put(",\"name\":")
    out.putQuoted(call.name)
    out.put(",\"arguments\":")
    out.putQuoted(arguments)
    out.put("}")
  }

  static func putResponse(
    _ request: ProviderRequest, status: String, items: [[UInt8]], finish: FinishStep?,
    usage: UsageStep?, error: ErrorStep?, _ out: inout [UInt8]
  ) {
    out.put("{\"id\":\"resp_")
    out.putHex(request.number)
    out.put("\",\"object\":\"response\",\"created_at\":\(ChatParts.created),\"status\":\"")
    out.put(status)
    out.put("\",\"error\":")
    if let error {
      out.put("{\"code\":")
      out.putQuoted(code(of: error))
      out.put(",\"message\":")
      out.putQuoted(error.message)
      out.put("}")
    } else {
      out.put("null")
    }
    out.put(",\"incomplete_details\":")
    if status == "incomplete", let reason = incompleteReason(finish) {
      out.put("{\"reason\":\"\(reason)\"}")
    } else {
      out.put("null")
    }
    out.put(",\"instructions\":null,\"max_output_tokens\":null,\"metadata\":{},\"model\":")
    out.putQuoted(request.model)
    out.put(",\"output\":")
    putList(items, &out)
    out.put(",\"parallel_tool_calls\":true,\"previous_response_id\":null,")
    out.put("\"reasoning\":{\"effort\":null,\"summary\":null},\"service_tier\":\"default\",")
    out.put("\"store\":false,\"temperature\":1.0,\"text\":{\"format\":{\"type\":\"text\"}},")
    out.put("\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":1.0,\"truncation\":\"disabled\",")
    out.put("\"usage\":")
    if let usage { put(usage, &out) } else { out.put("null") }
    out.put("}")
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"type\":")
    out.putQuoted(error.type)
    out.put(",\"code\":")
    out.putQuoted(code(of: error))
    out.put(",\"message\":")
    out.putQuoted(error.message)
    out.put(",\"param\":null}")
  }

  static func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    let choice = answer.choices.first ?? .init()
    var items: [[UInt8]] = []
    func add(_ write: (String, inout [UInt8]) -> Void) {
      var item: [UInt8] = []
      write(itemID(request, items.count), &item)
      items.append(item)
    }
    if !choice.reasoning.isEmpty {
      add { putReasoning(choice.reasoning, id: $0, &$1) }
    }
    var parts: [[UInt8]] = []
    for (part, text) in [(Part.text, choice.text), (.refusal, choice.refusal)] where !text.isEmpty {
      var bytes: [UInt8] = []
      put(part, text, &bytes)
      parts.append(bytes)
    }
    if !parts.isEmpty { add { putMessage(parts, id: $0, &$1) } }
    for call in choice.calls {
      add { put(call, id: $0, arguments: call.arguments, status: "completed", &$1) }
    }
    var out: [UInt8] = []
    putResponse(
      request, status: isIncomplete(choice.finish) ? "incomplete" : "completed", items: items,
      finish: choice.finish, usage: answer.usage, error: nil, &out)
    return out
  }

  // MARK: Words

  static func isIncomplete(_ finish: FinishStep?) -> Bool { incompleteReason(finish) != nil }

  private static func incompleteReason(_ finish: FinishStep?) -> String? {
    switch finish?.reason {
    case "length": "max_output_tokens"
    case "content_filter": "content_filter"
    default: nil
    }
  }

  private static func code(of error: ErrorStep) -> String {
    if let code = error.code { return code }
    return error.status == 429 ? "rate_limit_exceeded" : "server_error"
  }

  private static func put(_ usage: UsageStep, _ out: inout [UInt8]) {
    out.put("{\"input_tokens\":")
    out.put(usage.prompt)
    out.put(",\"input_tokens_details\":{\"cached_tokens\":")
    out.put(usage.cached)
    out.put("},\"output_tokens\":")
    out.put(usage.completion)
    out.put(",\"output_tokens_details\":{\"reasoning_tokens\":")
    out.put(usage.reasoning)
    out.put("},\"total_tokens\":")
    out.put(usage.prompt &+ usage.completion)
    usage.putMore(&out)
    out.put("}")
  }

  private static func putList(_ values: [[UInt8]], _ out: inout [UInt8]) {
    out.put("[")
    for (index, value) in values.enumerated() {
      if index > 0 { out.put(",") }
      out += value
    }
    out.put("]")
  }
}
