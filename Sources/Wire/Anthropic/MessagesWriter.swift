import Core

/// The provider's side of Anthropic Messages: a message that opens, content blocks one after the
/// other, why it stopped together with what it cost, and its end.
struct MessagesWriter: StreamWriter {
  private let request: ProviderRequest
  private let plan: AnswerPlan
  private var isOpen = false
  /// The number of the block that is open or was last, and what it holds.
  private var index = -1
  private var block = Block.none
  /// What stops the message, and whether it has been said.
  private var finish: FinishStep?
  private var isFinishSaid = true

  private enum Block { case none, text, thinking, tool }

  init(_ request: ProviderRequest, _ plan: AnswerPlan) {
    self.request = request
    self.plan = plan
  }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    switch event {
    case .role: return open(&out)
    case .text(let text, let choice):
      guard choice == 0 else { return 0 }
      let before = begin(.text, "{\"type\":\"text\",\"text\":\"\"}", &out)
      delta("text_delta", "text", text, &out)
      return before + 1
    case .reasoning(let text, let choice):
      guard choice == 0 else { return 0 }
      let before = begin(
        .thinking, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}", &out)
      delta("thinking_delta", "thinking", text, &out)
      return before + 1
    case .toolCall(let call): return begin(call, &out)
    case .toolArguments(let piece, let call, _):
      guard call.choice == 0 else { return 0 }
      delta("input_json_delta", "partial_json", piece, &out)
      return 1
    case .finish(let finish):
      guard finish.choice == 0 else { return 0 }
      let before = open(&out) + close(&out)
      self.finish = finish
      isFinishSaid = false
      return before
    case .usage(let usage):
      let before = open(&out) + close(&out)
      stop(usage, &out)
      return before + 1
    case .terminator:
      let before = open(&out) + close(&out) + flush(into: &out)
      out.put("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
      return before + 1
    case .keepAlive:
      out.put("event: ping\ndata: {\"type\": \"ping\"}\n\n")
      return 1
    case .comment(let text): return ChatParts.putComment(text, &out)
    case .error(let error):
      out.put("event: error\ndata: ")
      MessagesParts.put(error, &out)
      out.put("\n\n")
      return 1
    case .refusal: return 0
    }
  }

  mutating func flush(into out: inout [UInt8]) -> Int {
    guard !isFinishSaid else { return 0 }
    stop(plan.usage, &out)
    return 1
  }

  // MARK: Events

  /// Everything is inside a message, so one opens with whatever comes first.
  private mutating func open(_ out: inout [UInt8]) -> Int {
    guard !isOpen else { return 0 }
    isOpen = true
    out.reserveCapacity(512)
    out.put("event: message_start\ndata: {\"type\":\"message_start\",\"message\":")
    MessagesParts.openMessage(request, &out)
    out.put("],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":")
    MessagesParts.putUsage(plan.usage, output: 1, &out)
    out.put("}}\n\n")
    return 1
  }

  /// Opens a block of that kind unless the open one is.
  private mutating func begin(_ kind: Block, _ content: String, _ out: inout [UInt8]) -> Int {
    let before = open(&out)
    guard block != kind else { return before }
    let closed = close(&out)
    index += 1
    block = kind
    out.put("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":")
    out.put(index)
    out.put(",\"content_block\":")
    out.put(content)
    out.put("}\n\n")
    return before + closed + 1
  }

  private mutating func begin(_ call: ScriptedCall, _ out: inout [UInt8]) -> Int {
    guard call.choice == 0 else { return 0 }
    let closed = close(&out)
    var content: [UInt8] = []
    content.put("{\"type\":\"tool_use\",\"id\":")
    content.putQuoted(call.id(prefix: "toolu_"))
    content.put(",\"name\":")
    content.putQuoted(call.name)
    content.put(",\"input\":{}}")
    return closed + begin(.tool, String(decoding: content, as: UTF8.self), &out)
  }

  private func delta(_ type: String, _ member: String, _ text: String, _ out: inout [UInt8]) {
    out.reserveCapacity(out.count + 192)
    out.put("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")
    out.put(index)
    out.put(",\"delta\":{\"type\":\"")
    out.put(type)
    out.put("\",\"")
    out.put(member)
    out.put("\":")
    out.putQuoted(text)
    out.put("}}\n\n")
  }

  /// Thinking is signed right before its block ends.
  private mutating func close(_ out: inout [UInt8]) -> Int {
    guard block != .none else { return 0 }
    let signs = block == .thinking
    if signs { delta("signature_delta", "signature", MessagesParts.signature, &out) }
    block = .none
    out.put("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":")
    out.put(index)
    out.put("}\n\n")
    return signs ? 2 : 1
  }

  private mutating func stop(_ usage: UsageStep, _ out: inout [UInt8]) {
    isFinishSaid = true
    out.put("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{")
    MessagesParts.putStop(finish, &out)
    out.put("},\"usage\":")
    MessagesParts.putUsage(usage, output: usage.completion, &out)
    out.put("}\n\n")
  }
}
