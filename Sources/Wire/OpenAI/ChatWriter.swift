import Core

/// The provider's side of OpenAI Chat Completions: the chunks of a stream.
///
/// Members and their order are those of OpenAI's own chunks, with `finish_reason` and `logprobs`
/// present and null until the end, because relays and SDKs are built against them. The random
/// `obfuscation` padding is left out: the same request gives the same bytes.
struct ChatWriter: StreamWriter {
  private let request: ProviderRequest
  private let plan: AnswerPlan
  private let profile: ChatProfile
  /// The finish that waits for the usage of its chunk.
  private var finish: FinishStep?

  init(_ request: ProviderRequest, _ plan: AnswerPlan, _ profile: ChatProfile) {
    self.request = request
    self.plan = plan
    self.profile = profile
  }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    out.reserveCapacity(384)
    switch event {
    case .role(let role): return open(role, &out)
    case .text(let text, let choice): putText(text, choice, &out)
    case .reasoning(let text, let choice): putReasoning(text, choice, &out)
    case .refusal(let text, let choice):
      openDelta(choice, &out)
      out.put("\"refusal\":")
      out.putQuoted(text)
      closeDelta(&out)
    case .toolCall(let call):
      if profile.callsAreWhole { return 0 }
      put(call, isFirst: true, "", &out)
    case .toolArguments(let piece, let call, let isLast):
      if profile.callsAreWhole { return isLast ? putWhole(call, &out) : 0 }
      put(call, isFirst: false, piece, &out)
    case .comment(let text): return ChatParts.putComment(text, &out)
    case .keepAlive: return ChatParts.putComment(profile.keepAlive, &out)
    case .finish(let finish):
      guard profile.usage == .finishChunk else {
        put(finish, usage: nil, &out)
        return 1
      }
      let before = flush(into: &out)
      self.finish = finish
      return before
    case .usage(let usage): return put(usage, &out)
    case .terminator:
      let before = flush(into: &out)
      out.put("data: [DONE]\n\n")
      return before + 1
    case .error(let error):
      let before = flush(into: &out)
      out.put("data: ")
      ChatParts.put(error, in: profile, request: request, &out)
      out.put("\n\n")
      return before + 1
    }
    return 1
  }

  mutating func flush(into out: inout [UInt8]) -> Int {
    guard let finish else { return 0 }
    self.finish = nil
    put(finish, usage: nil, &out)
    return 1
  }

  // MARK: Events

  private func open(_ role: String, _ out: inout [UInt8]) -> Int {
    if profile.opensWithFilter { out.put(ChatParts.promptFilter) }
    for choice in 0..<plan.choices {
      openDelta(choice, &out)
      out.put("\"role\":")
      out.putQuoted(role)
      let isSilent = (plan.calls && !plan.speaks) || (profile.nullsTheOther && plan.reasons)
      out.put(isSilent ? ",\"content\":null" : ",\"content\":\"\"")
      if profile.isFull { out.put(",\"refusal\":null") }
      if profile.nullsTheOther {
        out.put(",\"reasoning_content\":\(plan.reasons ? "\"\"" : "null")")
      }
      out.put("}")
      ChatParts.closeChoice(nil, in: profile, &out)
      closeChunk(isEdge: true, &out)
    }
    return plan.choices + (profile.opensWithFilter ? 1 : 0)
  }

  private func putText(_ text: String, _ choice: Int, _ out: inout [UInt8]) {
    openDelta(choice, &out)
    out.put("\"content\":")
    if profile.reasoning == .parts, plan.reasons {
      out.put("[{\"type\":\"text\",\"text\":")
      out.putQuoted(text)
      out.put("}]")
    } else {
      out.putQuoted(text)
    }
    if profile.nullsTheOther { out.put(",\"reasoning_content\":null") }
    closeDelta(&out)
  }

  private func putReasoning(_ text: String, _ choice: Int, _ out: inout [UInt8]) {
    openDelta(choice, &out)
    switch profile.reasoning {
    case .reasoningContent:
      if profile.nullsTheOther { out.put("\"content\":null,") }
      out.put("\"reasoning_content\":")
      out.putQuoted(text)
    case .reasoning:
      out.put("\"reasoning\":")
      out.putQuoted(text)
    case .details:
      out.put("\"content\":\"\",\"reasoning\":")
      out.putQuoted(text)
      out.put(",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":")
      out.putQuoted(text)
      out.put(",\"format\":\"unknown\",\"index\":0}]")
    case .parts:
      out.put("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":")
      out.putQuoted(text)
      out.put("}]}]")
    }
    closeDelta(&out)
  }

  private func put(
    _ call: ScriptedCall, isFirst: Bool, _ piece: String, _ out: inout [UInt8]
  ) {
    openDelta(call.choice, &out)
    out.put("\"tool_calls\":[{\"index\":")
    out.put(call.index)
    if isFirst {
      out.put(",\"id\":")
      out.putQuoted(call.id(prefix: "call_"))
      out.put(",\"type\":\"function\"")
    } else if profile.calls == .emptyIDs {
      out.put(",\"id\":\"\",\"type\":\"function\"")
    }
    out.put(",\"function\":{")
    if isFirst {
      out.put("\"name\":")
      out.putQuoted(call.name)
      out.put(",")
    }
    out.put("\"arguments\":")
    out.putQuoted(piece)
    out.put("}}]")
    closeDelta(&out)
  }

  private func putWhole(_ call: ScriptedCall, _ out: inout [UInt8]) -> Int {
    openDelta(call.choice, &out)
    out.put("\"tool_calls\":[")
    ChatParts.put(call, in: profile, isDelta: true, &out)
    out.put("]")
    closeDelta(&out)
    return 1
  }

  private func put(_ finish: FinishStep, usage: UsageStep?, _ out: inout [UInt8]) {
    openDelta(finish.choice, &out)
    if profile.namesProvider { out.put("\"role\":\"assistant\",\"content\":\"\"") }
    out.put("}")
    ChatParts.closeChoice(finish, in: profile, &out)
    closeChunk(usage: usage, isEdge: true, &out)
  }

  private mutating func put(_ usage: UsageStep, _ out: inout [UInt8]) -> Int {
    if let finish {
      self.finish = nil
      put(finish, usage: usage, &out)
      return 1
    }
    openChunk(&out)
    closeChunk(usage: usage, &out)
    return 1
  }

  // MARK: Parts

  private func openChunk(_ out: inout [UInt8]) {
    out.put("data: ")
    ChatParts.putHead("chat.completion.chunk", request, profile, &out)
  }

  private func openDelta(_ choice: Int, _ out: inout [UInt8]) {
    openChunk(&out)
    out.put("{\"index\":")
    out.put(choice)
    out.put(",\"delta\":{")
  }

  private func closeDelta(_ out: inout [UInt8]) {
    out.put("}")
    ChatParts.closeChoice(nil, in: profile, &out)
    closeChunk(&out)
  }

  /// The rest of a chunk behind its choices.
  ///
  /// Chunks before the usage chunk say `"usage": null`, but only when usage was asked for.
  private func closeChunk(
    usage: UsageStep? = nil, isEdge: Bool = false, _ out: inout [UInt8]
  ) {
    out.put("]")
    if let usage {
      out.put(",\"usage\":")
      ChatParts.put(usage, in: profile, &out)
    } else if request.usage, profile.usage == .ownChunk, profile.isFull {
      out.put(",\"usage\":null")
    }
    if isEdge, profile.namesGroq {
      out.put(",\"x_groq\":{\"id\":\"req_")
      out.putHex(request.number)
      out.put("\"")
      if let usage {
        out.put(",\"usage\":")
        ChatParts.put(usage, in: profile, &out)
      }
      out.put("}")
    }
    out.put("}\n\n")
  }
}
