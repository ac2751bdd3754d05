import Core

/// The provider's side of Cohere's chat, version 2: typed events with an index, the last of which
/// says why it ended and what it cost.
struct CohereWriter: StreamWriter {
  private let request: ProviderRequest
  private var isOpen = false
  private var index = -1
  private var block = Block.none
  private var finish: FinishStep?
  private var usage: UsageStep?

  private enum Block { case none, text, thinking, tool }

  init(_ request: ProviderRequest) { self.request = request }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    switch event {
    case .role: return open(&out)
    case .text(let text, 0): return say(.text, "text", text, &out)
    case .reasoning(let text, 0): return say(.thinking, "thinking", text, &out)
    case .toolCall(let call): return call.choice == 0 ? begin(call, &out) : 0
    case .toolArguments(let piece, let call, _):
      guard call.choice == 0 else { return 0 }
      put("tool-call-delta", &out) {
        $0.put(",\"delta\":{\"message\":{\"tool_calls\":{\"function\":{\"arguments\":")
        $0.putQuoted(piece)
        $0.put("}}}}")
      }
      return 1
    case .finish(let finish):
      if finish.choice == 0 { self.finish = finish }
      return 0
    case .usage(let usage):
      self.usage = usage
      return 0
    case .terminator: return end(error: nil, &out)
    case .error(let error): return end(error: error, &out)
    case .comment(let text): return ChatParts.putComment(text, &out)
    case .keepAlive: return ChatParts.putComment("keep-alive", &out)
    case .text, .reasoning, .refusal: return 0
    }
  }

  private mutating func open(_ out: inout [UInt8]) -> Int {
    guard !isOpen else { return 0 }
    isOpen = true
    let request = request
    put("message-start", &out, hasIndex: false) {
      $0.put(",\"id\":\"")
      $0.putHex(request.number)
      $0.put("\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",")
      $0.put("\"tool_calls\":[],\"citations\":[]}}")
    }
    return 1
  }

  private mutating func say(
    _ kind: Block, _ member: String, _ text: String, _ out: inout [UInt8]
  ) -> Int {
    var events = open(&out)
    if block != kind {
      events += close(&out) + 1
      index += 1
      block = kind
      put("content-start", &out) {
        $0.put(",\"delta\":{\"message\":{\"content\":{\"type\":\"\(member)\",\"\(member)\":\"\"}}}")
      }
    }
    put("content-delta", &out) {
      $0.put(",\"delta\":{\"message\":{\"content\":{\"")
      $0.put(member)
      $0.put("\":")
      $0.putQuoted(text)
      $0.put("}}}")
    }
    return events + 1
  }

  /// Calls are counted from 0 on their own.
  private mutating func begin(_ call: ScriptedCall, _ out: inout [UInt8]) -> Int {
    let events = open(&out) + close(&out)
    index = call.index
    block = .tool
    put("tool-call-start", &out) {
      $0.put(",\"delta\":{\"message\":{\"tool_calls\":")
      CohereParts.put(call, arguments: "", &$0)
      $0.put("}}")
    }
    return events + 1
  }

  private mutating func close(_ out: inout [UInt8]) -> Int {
    guard block != .none else { return 0 }
    put(block == .tool ? "tool-call-end" : "content-end", &out) { _ in }
    block = .none
    return 1
  }

  private mutating func end(error: ErrorStep?, _ out: inout [UInt8]) -> Int {
    let events = open(&out) + (error == nil ? close(&out) : 0)
    let (finish, usage) = (finish, usage)
    put("message-end", &out, hasIndex: false) {
      $0.put(",\"delta\":{")
      if let error {
        $0.put("\"error\":")
        $0.putQuoted(error.message)
        $0.put(",\"finish_reason\":\"ERROR\"")
      } else {
        $0.put("\"finish_reason\":")
        $0.putQuoted(CohereParts.reason(of: finish ?? "stop"))
        if let usage {
          $0.put(",\"usage\":")
          CohereParts.put(usage, &$0)
        }
      }
      $0.put("}")
    }
    return events + 1
  }

  private func put(
    _ type: String, _ out: inout [UInt8], hasIndex: Bool = true, _ rest: (inout [UInt8]) -> Void
  ) {
    out.reserveCapacity(out.count + 192)
    out.put("event: ")
    out.put(type)
    out.put("\ndata: {\"type\":\"")
    out.put(type)
    out.put("\"")
    if hasIndex {
      out.put(",\"index\":")
      out.put(index)
    }
    rest(&out)
    out.put("}\n\n")
  }
}

/// The parts of which streams, whole answers and errors of Cohere's chat are made.
enum CohereParts {
  static func put(_ call: ScriptedCall, arguments: String, _ out: inout [UInt8]) {
    out.put("{\"id\":")
    out.putQuoted(call.id(prefix: "call_"))
    out.put(",\"type\":\"function\",\"function\":{\"name\":")
    out.putQuoted(call.name)
    out.put(",\"arguments\":")
    out.putQuoted(arguments)
    out.put("}}")
  }

  static func put(_ usage: UsageStep, _ out: inout [UInt8]) {
    out.put("{\"billed_units\":{\"input_tokens\":\(usage.prompt &- usage.cached)")
    out.put(",\"output_tokens\":\(usage.completion)},\"tokens\":{\"input_tokens\":\(usage.prompt)")
    out.put(",\"output_tokens\":\(usage.completion)},\"cached_tokens\":\(usage.cached)")
    usage.putMore(&out)
    out.put("}")
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"id\":\"relaymark\",\"message\":")
    out.putQuoted(error.message)
    out.put("}")
  }

  static func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    let choice = answer.choices.first ?? .init()
    var out: [UInt8] = []
    out.put("{\"id\":\"")
    out.putHex(request.number)
    out.put("\",\"message\":{\"role\":\"assistant\"")
    if !choice.calls.isEmpty {
      out.put(",\"tool_calls\":[")
      for (index, call) in choice.calls.enumerated() {
        if index > 0 { out.put(",") }
        put(call, arguments: call.arguments, &out)
      }
      out.put("]")
    }
    out.put(",\"content\":[")
    if !choice.reasoning.isEmpty {
      out.put("{\"type\":\"thinking\",\"thinking\":")
      out.putQuoted(choice.reasoning)
      out.put(choice.text.isEmpty ? "}" : "},")
    }
    if !choice.text.isEmpty {
      out.put("{\"type\":\"text\",\"text\":")
      out.putQuoted(choice.text)
      out.put("}")
    }
    out.put("]}")
    out.put(",\"finish_reason\":")
    out.putQuoted(reason(of: choice.finish ?? "stop"))
    if let usage = answer.usage {
      out.put(",\"usage\":")
      put(usage, &out)
    }
    out.put("}")
    return out
  }

  static func reason(of finish: FinishStep) -> String {
    if finish.sequence != nil { return "STOP_SEQUENCE" }
    return switch finish.reason {
    case "stop": "COMPLETE"
    case "length": "MAX_TOKENS"
    case "tool_calls": "TOOL_CALL"
    default: finish.reason
    }
  }

  static func neutralReason(_ reason: String) -> String {
    switch reason {
    case "COMPLETE", "STOP_SEQUENCE": "stop"
    case "MAX_TOKENS": "length"
    case "TOOL_CALL": "tool_calls"
    default: reason
    }
  }
}
