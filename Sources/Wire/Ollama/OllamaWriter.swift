import Core

/// The provider's side of Ollama: an object a line, the last of which says why it ended and what it
/// cost.
///
/// There are neither comments nor anything else to keep a connection alive with.
struct OllamaWriter: StreamWriter {
  private let request: ProviderRequest
  private var finish: FinishStep?
  private var usage: UsageStep?

  init(_ request: ProviderRequest) { self.request = request }

  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int {
    switch event {
    case .text(let text, 0):
      OllamaParts.open(request, &out)
      OllamaParts.putMessage(.init(text: text), &out)
    case .reasoning(let text, 0):
      OllamaParts.open(request, &out)
      OllamaParts.putMessage(.init(reasoning: text), &out)
    case .toolArguments(_, let call, let isLast):
      guard isLast, call.choice == 0 else { return 0 }
      OllamaParts.open(request, &out)
      OllamaParts.putMessage(.init(calls: [call]), &out)
    case .finish(let finish):
      if finish.choice == 0 { self.finish = finish }
      return 0
    case .usage(let usage):
      self.usage = usage
      return 0
    case .terminator:
      OllamaParts.open(request, &out)
      OllamaParts.putMessage(.init(), &out)
      OllamaParts.putEnd(finish, usage, &out)
      out.put("}\n")
      return 1
    case .error(let error):
      OllamaParts.put(error, &out)
      out.put("\n")
      return 1
    case .role, .text, .reasoning, .refusal, .toolCall, .comment, .keepAlive: return 0
    }
    out.put(",\"done\":false}\n")
    return 1
  }
}

/// The parts of which streams, whole answers and errors of Ollama are made.
enum OllamaParts {
  static func open(_ request: ProviderRequest, _ out: inout [UInt8]) {
    out.reserveCapacity(256)
    out.put("{\"model\":")
    out.putQuoted(request.model)
    out.put(",\"created_at\":\"2026-09-21T14:13:20Z\"")
  }

  /// Arguments are an object, and calls have neither id nor number.
  static func putMessage(_ choice: WholeAnswer.Choice, _ out: inout [UInt8]) {
    out.put(",\"message\":{\"role\":\"assistant\",\"content\":")
    out.putQuoted(choice.text)
    if !choice.reasoning.isEmpty {
      out.put(",\"thinking\":")
      out.putQuoted(choice.reasoning)
    }
    if !choice.calls.isEmpty {
      out.put(",\"tool_calls\":[")
      for (index, call) in choice.calls.enumerated() {
        if index > 0 { out.put(",") }
        out.put("{\"function\":{\"name\":")
        out.putQuoted(call.name)
        out.put(",\"arguments\":\(call.arguments)}}")
      }
      out.put("]")
    }
    out.put("}")
  }

  /// Durations are in nanoseconds and constant, so that answers do not depend on a clock.
  static func putEnd(_ finish: FinishStep?, _ usage: UsageStep?, _ out: inout [UInt8]) {
    out.put(",\"done\":true")
    if let finish {
      out.put(",\"done_reason\":")
      out.putQuoted(finish.reason == "tool_calls" ? "stop" : finish.reason)
    }
    out.put(",\"total_duration\":900000000,\"load_duration\":1000000")
    if let usage {
      out.put(",\"prompt_eval_count\":\(usage.prompt),\"prompt_eval_duration\":20000000")
      out.put(",\"eval_count\":\(usage.completion),\"eval_duration\":400000000")
      usage.putMore(&out)
    }
  }

  static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"error\":")
    out.putQuoted(error.message)
    out.put("}")
  }
}
