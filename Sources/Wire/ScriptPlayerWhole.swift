import Core

// The answer to a request that wants no stream.

extension ScriptPlayer {
  /// Due when a stream would have ended.
  ///
  /// A script that cuts its stream cuts this answer before its first byte, and one that fails in
  /// mid-stream fails as a whole. Comments and raw bytes have no place in it.
  mutating func wholeAnswer() -> Action {
    var whole = WholeAnswer(choices: Array(repeating: .init(), count: script.choices))
    for step in script.steps {
      switch step {
      case .text(let text): add(text, to: &whole.choices[text.choice])
      case .toolCall(let call):
        for _ in 1..<max(2, call.argumentPieces.count) where call.argumentPieces.count > 1 {
          clock += call.gap.sample(&gaps)
        }
        whole.choices[call.choice].calls.append(numbers.call(call))
      case .stall(let length):
        guard let length else { return .stallForever }
        clock += length.sample(&gaps)
      case .finish(let finish): whole.choices[finish.choice].finish = finish
      case .usage(let usage): whole.usage = usage
      case .close: return .close(due: clock)
      case .reset: return .reset(due: clock)
      case .error(let error), .errorEvent(let error): return answer(error)
      case .role, .comment, .keepAlive, .raw, .done: break
      }
    }
    if !script.recorded.isEmpty {
      whole.choices[0].text = String(decoding: script.recordedTexts.joined(), as: UTF8.self)
    }
    let body = dialect.whole(whole, for: request)
    return .whole(status: 200, headers: [], body: body, due: clock)
  }

  private func answer(_ error: ErrorStep) -> Action {
    var headers = dialect.errorHeaders(error)
    if let seconds = error.retryAfter {
      headers.append(HeaderField(name: "Retry-After", value: String(seconds)))
    }
    return .whole(status: error.status, headers: headers, body: dialect.error(error), due: clock)
  }

  private mutating func add(_ text: TextStep, to choice: inout WholeAnswer.Choice) {
    for index in 0..<text.tokens {
      if index > 0 { clock += text.gap.sample(&gaps) }
      let words =
        text.words.isEmpty ? numbers.token(of: text.kind).words : text.words[index]
      switch text.kind {
      case .text: choice.text += words
      case .reasoning: choice.reasoning += words
      case .refusal: choice.refusal += words
      }
    }
  }
}

/// Numbers what a script generates, so that each token and each call is known wherever it turns up.
struct ScriptNumbers: Sendable {
  /// The nonce half that the tokens carry; all zeros for a request without a nonce.
  private let short: String
  private var text = 0
  private var reasoning = 0
  private var refusal = 0
  private var calls = 0
  private var callsOfChoice: [Int: Int] = [:]

  init(short: String) { self.short = short }

  mutating func token(of kind: TextStep.Kind) -> (words: String, number: Int) {
    switch kind {
    case .text:
      defer { text += 1 }
      return (TokenText.token(text, short: short), text)
    case .reasoning:
      defer { reasoning += 1 }
      return (TokenText.token(reasoning, short: short, letter: "r"), reasoning)
    case .refusal:
      defer { refusal += 1 }
      return (TokenText.token(refusal, short: short, letter: "n"), refusal)
    }
  }

  mutating func call(_ step: ToolCallStep) -> ScriptedCall {
    let index = callsOfChoice[step.choice, default: 0]
    callsOfChoice[step.choice] = index + 1
    defer { calls += 1 }
    return ScriptedCall(
      index: index, id: step.id, serial: "\(short)\(calls)", name: step.name,
      arguments: step.arguments, choice: step.choice)
  }
}
