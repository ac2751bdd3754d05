/// How the prompts of a run are made: the same seed and number give the same prompt, whatever was
/// sent before it; only a later turn of a conversation also carries the answers before it.
package struct PromptPlan: Hashable, Sendable, ExpressibleByStringLiteral {
  /// Stands before each prompt or conversation.
  package var system: PromptTemplate?
  /// What the user says; several of them are the turns of one conversation.
  package var turns: [PromptTemplate]
  /// What stands for `{text}`.
  package var text: Text?
  /// What `{line}` goes through, again from the first behind the last.
  package var lines: [String]
  /// Whole requests from a file, one for each stream, in the place of `turns`; again from the first
  /// behind the last. Each ends with what the user says.
  package var requests: [[Prompt.Message]]

  /// Words of a drawn length, in words or bytes.
  package struct Text: Hashable, Sendable {
    package var unit: Unit
    package var length: LengthSource

    package init(unit: Unit, length: LengthSource) {
      self.unit = unit
      self.length = length
    }

    package enum Unit: String, Hashable, Sendable, CaseIterable {
      case words, bytes
    }
  }

  package init(turns: [PromptTemplate]) {
    self.turns = turns
    lines = []
    requests = []
  }

  package init(fixed text: String) { self.init(turns: [PromptTemplate(fixed: text)]) }

  package init(stringLiteral text: String) { self.init(fixed: text) }

  /// The prompt itself if all streams have the same.
  package var fixed: String? {
    guard system == nil, turns.count == 1, requests.isEmpty else { return nil }
    return turns[0].fixed
  }

  package var isConversation: Bool { turns.count > 1 }
}

extension Traffic {
  /// What exchange `ordinal` says.
  /// - Parameter history: what was said before in the same conversation, its answers included.
  package func prompt(of ordinal: Int, seed: UInt64, history: [Prompt.Message] = []) -> Prompt {
    let nonce = nonce(of: ordinal, seed: seed)
    let tokens = output.map { length($0, of: ordinal, seed: seed, rule: RandomRule.output) }
    var messages = history
    if prompt.requests.isEmpty {
      let fill = { (place: PromptTemplate.Place) in value(of: place, ordinal, seed) }
      if history.isEmpty, let system = prompt.system {
        messages.append(Prompt.Message(role: .system, text: system.filled(fill)))
      }
      let turn = prompt.turns[ordinal % prompt.turns.count]
      messages.append(Prompt.Message(role: .user, text: turn.filled(fill)))
    } else {
      messages += prompt.requests[ordinal % prompt.requests.count]
    }
    let marks = tokens.map { " \(AskedTokens.marker)\($0)" } ?? ""
    messages[messages.count - 1].text += "\(marks) \(nonce.promptMarker)"
    return Prompt(nonce: nonce, messages: messages, outputTokens: tokens)
  }

  private func value(of place: PromptTemplate.Place, _ ordinal: Int, _ seed: UInt64) -> String {
    let (conversation, turn) = ordinal.quotientAndRemainder(dividingBy: prompt.turns.count)
    switch place {
    case .number: return String(conversation + 1)
    case .seed: return String(seed)
    case .turn: return String(turn + 1)
    case .line: return prompt.lines.isEmpty ? "" : prompt.lines[ordinal % prompt.lines.count]
    case .text:
      guard let text = prompt.text else { return "" }
      let count = length(text.length, of: ordinal, seed: seed, rule: RandomRule.promptLength)
      var random = SplitMix64(seed: seed, rule: RandomRule.promptText, ordinal: UInt64(ordinal))
      return text.unit == .words ? Filler.words(count, &random) : Filler.bytes(count, &random)
    }
  }

  private func length(
    _ source: LengthSource, of ordinal: Int, seed: UInt64, rule: UInt64
  ) -> Int {
    switch source {
    case .drawn(let lengths):
      var random = SplitMix64(seed: seed, rule: rule, ordinal: UInt64(ordinal))
      return lengths.sample(&random)
    case .trace:
      guard case .trace(let played) = arrivals, ordinal < played.trace.arrivals.count else {
        return 1
      }
      let arrival = played.trace.arrivals[ordinal]
      let tokens = rule == RandomRule.output ? arrival.outputTokens : arrival.inputTokens
      return min(max(1, tokens), Limits.lengths)
    }
  }
}
