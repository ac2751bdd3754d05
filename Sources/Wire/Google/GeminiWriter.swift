import Core

/// The provider's side of Gemini's `streamGenerateContent`: each event is a whole response with
/// what is new, as a server-sent event or as an element of a JSON array.
///
/// The finish reason is also what ends the stream, and stands together with usage: a script without
/// its terminal marker says neither.
struct GeminiWriter: StreamWriter {
  enum Framing: Hashable, Sendable { case events, array }

  private let request: ProviderRequest
  private let plan: AnswerPlan
  private let framing: Framing
  private var elements = 0
  /// Events of output so far, which the running count of tokens is made of.
  private var said = 0
  private var finishes: [FinishStep] = []
  private var usage: UsageStep?

  init(_ request: ProviderRequest, _ plan: AnswerPlan, _ framing: Framing) {
    self.request = request
    self.plan = plan
    self.framing = framing
  }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    switch event {
    case .text(let text, let choice): return part(choice, &out) { GeminiParts.put(text, &$0) }
    case .reasoning(let text, let choice):
      return part(choice, &out) { GeminiParts.put(text, isThought: true, &$0) }
    case .toolArguments(_, let call, let isLast):
      guard isLast else { return 0 }
      return part(call.choice, &out) { GeminiParts.put(call, &$0) }
    case .finish(let finish):
      finishes.append(finish)
      return 0
    case .usage(let usage):
      self.usage = usage
      return 0
    case .terminator: return end(&out)
    case .error(let error):
      element(&out) { GeminiParts.put(error, &$0) }
      return 1
    case .comment(let text):
      return framing == .events ? ChatParts.putComment(text, &out) : 0
    case .role, .toolCall, .refusal, .keepAlive: return 0
    }
  }

  private mutating func part(
    _ choice: Int, _ out: inout [UInt8], _ write: (inout [UInt8]) -> Void
  ) -> Int {
    said += 1
    let (request, plan, said) = (request, plan, said)
    element(&out) { out in
      out.put("{\"candidates\":[{\"content\":{\"parts\":[")
      write(&out)
      out.put("],\"role\":\"model\"},\"index\":")
      out.put(choice)
      out.put("}],\"usageMetadata\":")
      GeminiParts.putRunning(plan.usage.prompt, said, &out)
      GeminiParts.close(request, &out)
    }
    return 1
  }

  private mutating func end(_ out: inout [UInt8]) -> Int {
    if !finishes.isEmpty {
      let (request, plan, said, finishes, usage) = (request, plan, said, finishes, usage)
      element(&out) { out in
        out.put("{\"candidates\":[")
        for (index, finish) in finishes.enumerated() {
          if index > 0 { out.put(",") }
          out.put("{\"content\":{\"parts\":[{\"text\":\"\"}],\"role\":\"model\"},\"finishReason\":")
          out.putQuoted(GeminiParts.reason(of: finish))
          out.put(",\"index\":\(finish.choice)}")
        }
        out.put("],\"usageMetadata\":")
        if let usage {
          GeminiParts.put(usage, &out)
        } else {
          GeminiParts.putRunning(plan.usage.prompt, said, &out)
        }
        GeminiParts.close(request, &out)
      }
    }
    if framing == .array { out.put(elements == 0 ? "[]" : "]") }
    return finishes.isEmpty ? 0 : 1
  }

  private mutating func element(_ out: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
    out.reserveCapacity(384)
    switch framing {
    case .events:
      out.put("data: ")
      write(&out)
      out.put("\r\n\r\n")
    case .array:
      out.put(elements == 0 ? "[" : ",\r\n")
      write(&out)
      out.put("\n")
    }
    elements += 1
  }
}
