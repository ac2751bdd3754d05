import Core

/// The provider's side of Bedrock's ConverseStream: a message, content blocks, why it stopped, and
/// behind that what it cost, which ends the stream.
struct ConverseWriter: StreamWriter {
  private let plan: AnswerPlan
  private var isOpen = false
  private var index = -1
  private var block = Block.none
  private var usage: UsageStep?

  private enum Block { case none, text, reasoning, tool }

  init(_ plan: AnswerPlan) { self.plan = plan }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    switch event {
    case .role: return open(&out)
    case .text(let text, 0):
      let before = begin(.text, &out)
      delta(&out) {
        $0.put("{\"text\":")
        $0.putQuoted(text)
        $0.put("}")
      }
      return before + 1
    case .reasoning(let text, 0):
      let before = begin(.reasoning, &out)
      delta(&out) {
        $0.put("{\"reasoningContent\":{\"text\":")
        $0.putQuoted(text)
        $0.put("}}")
      }
      return before + 1
    case .toolCall(let call): return call.choice == 0 ? begin(call, &out) : 0
    case .toolArguments(let piece, let call, _):
      guard call.choice == 0 else { return 0 }
      delta(&out) {
        $0.put("{\"toolUse\":{\"input\":")
        $0.putQuoted(piece)
        $0.put("}}")
      }
      return 1
    case .finish(let finish):
      guard finish.choice == 0 else { return 0 }
      let before = open(&out) + close(&out)
      put("messageStop", &out) {
        $0.put("{\"stopReason\":")
        $0.putQuoted(ConverseParts.reason(of: finish))
        $0.put("}")
      }
      return before + 1
    case .usage(let usage):
      self.usage = usage
      return 0
    case .terminator:
      let before = open(&out) + close(&out)
      let counts = usage ?? plan.usage
      put("metadata", &out) {
        $0.put("{\"usage\":")
        ConverseParts.put(counts, &$0)
        $0.put(",\"metrics\":{\"latencyMs\":900}}")
      }
      return before + 1
    case .error(let error): return fail(error, &out)
    case .text, .reasoning, .refusal, .comment, .keepAlive: return 0
    }
  }

  private func fail(_ error: ErrorStep, _ out: inout [UInt8]) -> Int {
    var payload: [UInt8] = []
    ConverseParts.put(error, &payload)
    AmazonFrame.put(
      [
        ":exception-type": ConverseParts.exception(of: error, inStream: true),
        ":content-type": "application/json", ":message-type": "exception",
      ], payload: payload, &out)
    return 1
  }

  private mutating func open(_ out: inout [UInt8]) -> Int {
    guard !isOpen else { return 0 }
    isOpen = true
    put("messageStart", &out) { $0.put("{\"role\":\"assistant\"}") }
    return 1
  }

  /// A block of text or reasoning has no event of its own to begin with.
  private mutating func begin(_ kind: Block, _ out: inout [UInt8]) -> Int {
    let before = open(&out)
    guard block != kind else { return before }
    let closed = close(&out)
    index += 1
    block = kind
    return before + closed
  }

  private mutating func begin(_ call: ScriptedCall, _ out: inout [UInt8]) -> Int {
    let closed = close(&out)
    let before = begin(.tool, &out)
    let index = index
    put("contentBlockStart", &out) {
      $0.put("{\"contentBlockIndex\":\(index),\"start\":{\"toolUse\":{\"toolUseId\":")
      $0.putQuoted(call.id(prefix: "tooluse_"))
      $0.put(",\"name\":")
      $0.putQuoted(call.name)
      $0.put("}}}")
    }
    return closed + before + 1
  }

  private func delta(_ out: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    put("contentBlockDelta", &out) {
      $0.put("{\"contentBlockIndex\":")
      $0.put(index)
      $0.put(",\"delta\":")
      write(&$0)
      $0.put("}")
    }
  }

  /// Reasoning is signed right before its block ends.
  private mutating func close(_ out: inout [UInt8]) -> Int {
    guard block != .none else { return 0 }
    let signs = block == .reasoning
    if signs {
      delta(&out) {
        $0.put("{\"reasoningContent\":{\"signature\":\"\(MessagesParts.signature)\"}}")
      }
    }
    block = .none
    let index = index
    put("contentBlockStop", &out) { $0.put("{\"contentBlockIndex\":\(index)}") }
    return signs ? 2 : 1
  }

  private func put(_ type: String, _ out: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    var payload: [UInt8] = []
    write(&payload)
    AmazonFrame.put(
      [":event-type": type, ":content-type": "application/json", ":message-type": "event"],
      payload: payload, &out)
  }
}

/// The parts of which streams, whole answers and errors of Converse are made.
enum ConverseParts {
  /// What a cache had is counted apart from the other input.
  static func put(_ usage: UsageStep, _ out: inout [UInt8]) {
    out.put("{\"inputTokens\":\(usage.prompt &- usage.cached)")
    out.put(",\"outputTokens\":\(usage.completion)")
    out.put(",\"totalTokens\":\(usage.prompt &+ usage.completion)")
    out.put(",\"cacheReadInputTokens\":\(usage.cached),\"cacheWriteInputTokens\":0")
    usage.putMore(&out)
    out.put("}")
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"message\":")
    out.putQuoted(error.message)
    out.put("}")
  }

  static func whole(_ answer: WholeAnswer) -> [UInt8] {
    let choice = answer.choices.first ?? .init()
    var out: [UInt8] = []
    out.put("{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[")
    var separator = ""
    func next() {
      out.put(separator)
      separator = ","
    }
    if !choice.reasoning.isEmpty {
      next()
      out.put("{\"reasoningContent\":{\"reasoningText\":{\"text\":")
      out.putQuoted(choice.reasoning)
      out.put(",\"signature\":\"\(MessagesParts.signature)\"}}}")
    }
    if !choice.text.isEmpty {
      next()
      out.put("{\"text\":")
      out.putQuoted(choice.text)
      out.put("}")
    }
    for call in choice.calls {
      next()
      out.put("{\"toolUse\":{\"toolUseId\":")
      out.putQuoted(call.id(prefix: "tooluse_"))
      out.put(",\"name\":")
      out.putQuoted(call.name)
      out.put(",\"input\":\(call.arguments)}}")
    }
    out.put("]}}")
    if let finish = choice.finish {
      out.put(",\"stopReason\":")
      out.putQuoted(reason(of: finish))
    }
    out.put(",\"usage\":")
    put(answer.usage ?? UsageStep(), &out)
    out.put(",\"metrics\":{\"latencyMs\":900}}")
    return out
  }

  // MARK: Words

  static func reason(of finish: FinishStep) -> String {
    if finish.sequence != nil { return "stop_sequence" }
    return switch finish.reason {
    case "stop": "end_turn"
    case "length": "max_tokens"
    case "tool_calls": "tool_use"
    case "content_filter": "content_filtered"
    default: finish.reason
    }
  }

  static func neutralReason(_ reason: String) -> String {
    switch reason {
    case "end_turn", "stop_sequence": "stop"
    case "max_tokens": "length"
    case "tool_use": "tool_calls"
    case "content_filtered", "guardrail_intervened": "content_filter"
    default: reason
    }
  }

  /// The exception that goes with a status; a stream's union lacks that of a time-out.
  static func exception(of error: ErrorStep, inStream: Bool = false) -> String {
    switch error.status {
    case 408: inStream ? "modelStreamErrorException" : "modelTimeoutException"
    case 424: "modelStreamErrorException"
    case 429: "throttlingException"
    case 503: "serviceUnavailableException"
    case ..<500: "validationException"
    default: "internalServerException"
    }
  }
}
