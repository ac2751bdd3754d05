import Core

/// The provider's side of OpenAI Responses: a response that opens, items with their parts, and one
/// event that ends it all and says everything again.
///
/// Every event has the next sequence number. Why it ended and what it cost stand in the last event
/// alone, so a script without its terminal marker ends without them.
struct ResponsesWriter: StreamWriter {
  private let request: ProviderRequest
  private let plan: AnswerPlan
  private var sequence = 0
  private var isOpen = false
  private var item = Item.none
  /// The text, or the arguments, of the part or item that is open.
  private var text = ""
  private var parts: [[UInt8]] = []
  /// What the response consists of, without blanks.
  private var items: [[UInt8]] = []
  private var finish: FinishStep?
  private var usage: UsageStep?

  private enum Item: Hashable {
    case none, reasoning
    case message(ResponsesParts.Part)
    case call(ScriptedCall)
  }

  init(_ request: ProviderRequest, _ plan: AnswerPlan) {
    self.request = request
    self.plan = plan
  }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    let before = sequence
    switch event {
    case .role: open(&out)
    case .text(let text, 0): say(text, .text, &out)
    case .refusal(let text, 0): say(text, .refusal, &out)
    case .reasoning(let text, 0): think(text, &out)
    case .toolCall(let call): if call.choice == 0 { begin(call, &out) }
    case .toolArguments(let piece, let call, _):
      guard call.choice == 0 else { return 0 }
      text += piece
      openEvent("response.function_call_arguments.delta", &out)
      put(delta: piece, &out)
    case .finish(let finish): if finish.choice == 0 { self.finish = finish }
    case .usage(let usage): self.usage = usage
    case .terminator: end(&out)
    case .comment(let text): _ = ChatParts.putComment(text, &out)
    case .keepAlive: _ = ChatParts.putComment("keep-alive", &out)
    case .error(let error): fail(error, &out)
    case .text, .refusal, .reasoning: break
    }
    return sequence - before
  }

  // MARK: Events

  private mutating func open(_ out: inout [UInt8]) {
    guard !isOpen else { return }
    isOpen = true
    for type in ["response.created", "response.in_progress"] {
      openEvent(type, &out)
      putResponse("in_progress", &out)
      closeEvent(&out)
    }
  }

  private mutating func think(_ words: String, _ out: inout [UInt8]) {
    if item != .reasoning {
      close(&out)
      item = .reasoning
      add("{\"id\":\"\(itemID)\",\"type\":\"reasoning\",\"summary\":[]}", &out)
      openEvent("response.reasoning_summary_part.added", &out)
      putPlace(&out)
      out.put(",\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":\"\"}")
      closeEvent(&out)
    }
    text += words
    openEvent("response.reasoning_summary_text.delta", &out)
    putPlace(&out)
    out.put(",\"summary_index\":0,\"delta\":")
    out.putQuoted(words)
    closeEvent(&out)
  }

  /// Text and refusal are parts of one message.
  private mutating func say(
    _ words: String, _ part: ResponsesParts.Part, _ out: inout [UInt8]
  ) {
    if item != .message(part) {
      if case .message(let open) = item {
        closePart(open, &out)
      } else {
        close(&out)
        add(
          "{\"id\":\"\(itemID)\",\"type\":\"message\",\"status\":\"in_progress\","
            + "\"role\":\"assistant\",\"content\":[]}", &out)
      }
      item = .message(part)
      openEvent("response.content_part.added", &out)
      putPlace(&out)
      out.put(",\"content_index\":\(parts.count),\"part\":")
      ResponsesParts.put(part, "", &out)
      closeEvent(&out)
    }
    text += words
    openEvent(part == .text ? "response.output_text.delta" : "response.refusal.delta", &out)
    putPlace(&out)
    out.put(",\"content_index\":")
    out.put(parts.count)
    out.put(",\"delta\":")
    out.putQuoted(words)
    if part == .text { out.put(",\"logprobs\":[]") }
    closeEvent(&out)
  }

  private mutating func begin(_ call: ScriptedCall, _ out: inout [UInt8]) {
    close(&out)
    item = .call(call)
    var added: [UInt8] = []
    ResponsesParts.put(call, id: itemID, arguments: "", status: "in_progress", &added)
    add(String(decoding: added, as: UTF8.self), &out)
  }

  private mutating func end(_ out: inout [UInt8]) {
    close(&out)
    open(&out)
    let status = ResponsesParts.isIncomplete(finish) ? "incomplete" : "completed"
    openEvent("response.\(status)", &out)
    putResponse(status, &out)
    closeEvent(&out)
  }

  /// As OpenAI's own was recorded: the error inside its event, then the response that has failed.
  private mutating func fail(_ error: ErrorStep, _ out: inout [UInt8]) {
    openEvent("error", &out)
    out.put(",\"error\":")
    ResponsesParts.put(error, &out)
    closeEvent(&out)
    openEvent("response.failed", &out)
    putResponse("failed", error: error, &out)
    closeEvent(&out)
  }

  // MARK: Items

  private mutating func add(_ added: String, _ out: inout [UInt8]) {
    open(&out)
    openEvent("response.output_item.added", &out)
    out.put(",\"output_index\":\(items.count),\"item\":")
    out.put(added)
    closeEvent(&out)
  }

  private mutating func closePart(_ part: ResponsesParts.Part, _ out: inout [UInt8]) {
    var whole: [UInt8] = []
    ResponsesParts.put(part, text, &whole)
    openEvent(part == .text ? "response.output_text.done" : "response.refusal.done", &out)
    putPlace(&out)
    out.put(",\"content_index\":\(parts.count),\"\(part == .text ? "text" : "refusal")\":")
    out.putQuoted(text)
    if part == .text { out.put(",\"logprobs\":[]") }
    closeEvent(&out)
    openEvent("response.content_part.done", &out)
    putPlace(&out)
    out.put(",\"content_index\":\(parts.count),\"part\":")
    out += whole
    closeEvent(&out)
    parts.append(whole)
    text = ""
  }

  /// Ends the item that is open.
  private mutating func close(_ out: inout [UInt8]) {
    var whole: [UInt8] = []
    switch item {
    case .none: return
    case .message(let part):
      closePart(part, &out)
      ResponsesParts.putMessage(parts, id: itemID, &whole)
    case .reasoning:
      openEvent("response.reasoning_summary_text.done", &out)
      putPlace(&out)
      out.put(",\"summary_index\":0,\"text\":")
      out.putQuoted(text)
      closeEvent(&out)
      openEvent("response.reasoning_summary_part.done", &out)
      putPlace(&out)
      out.put(",\"summary_index\":0,\"part\":{\"type\":\"summary_text\",\"text\":")
      out.putQuoted(text)
      out.put("}")
      closeEvent(&out)
      ResponsesParts.putReasoning(text, id: itemID, &whole)
    case .call(let call):
      openEvent("response.function_call_arguments.done", &out)
      putPlace(&out)
      out.put(",\"name\":")
      out.putQuoted(call.name)
      out.put(",\"arguments\":")
      out.putQuoted(text)
      closeEvent(&out)
      ResponsesParts.put(call, id: itemID, arguments: text, status: "completed", &whole)
    }
    openEvent("response.output_item.done", &out)
    out.put(",\"output_index\":\(items.count),\"item\":")
    out += whole
    closeEvent(&out)
    items.append(whole)
    (item, text, parts) = (.none, "", [])
  }

  // MARK: Parts

  private var itemID: String { ResponsesParts.itemID(request, items.count) }

  private mutating func openEvent(_ type: String, _ out: inout [UInt8]) {
    out.reserveCapacity(out.count + 320)
    out.put("event: ")
    out.put(type)
    out.put("\ndata: {\"type\":\"")
    out.put(type)
    out.put("\",\"sequence_number\":")
    out.put(sequence)
    sequence += 1
  }

  private func closeEvent(_ out: inout [UInt8]) { out.put("}\n\n") }

  private func putPlace(_ out: inout [UInt8]) {
    out.put(",\"item_id\":\"")
    out.put(itemID)
    out.put("\",\"output_index\":")
    out.put(items.count)
  }

  private func put(delta: String, _ out: inout [UInt8]) {
    putPlace(&out)
    out.put(",\"delta\":")
    out.putQuoted(delta)
    closeEvent(&out)
  }

  private func putResponse(_ status: String, error: ErrorStep? = nil, _ out: inout [UInt8]) {
    out.put(",\"response\":")
    ResponsesParts.putResponse(
      request, status: status, items: items, finish: finish, usage: usage, error: error, &out)
  }
}
