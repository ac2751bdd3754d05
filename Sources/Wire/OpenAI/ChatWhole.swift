import Core

/// A completion of Chat Completions in one piece.
enum ChatWhole {
  static func body(
    _ answer: WholeAnswer, in profile: ChatProfile, for request: ProviderRequest
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(512 + answer.choices.reduce(0) { $0 + $1.text.utf8.count })
    ChatParts.putHead("chat.completion", request, profile, &out)
    for (index, choice) in answer.choices.enumerated() {
      if index > 0 { out.put(",") }
      put(choice, index, profile, &out)
    }
    out.put("]")
    if let usage = answer.usage {
      out.put(",\"usage\":")
      ChatParts.put(usage, in: profile, &out)
    }
    out.put("}")
    return out
  }

  private static func put(
    _ choice: WholeAnswer.Choice, _ index: Int, _ profile: ChatProfile, _ out: inout [UInt8]
  ) {
    out.put("{\"index\":")
    out.put(index)
    out.put(",\"message\":{\"role\":\"assistant\",\"content\":")
    let thinksInParts = profile.reasoning == .parts && !choice.reasoning.isEmpty
    if thinksInParts {
      out.put("[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":")
      out.putQuoted(choice.reasoning)
      out.put("}]},{\"type\":\"text\",\"text\":")
      out.putQuoted(choice.text)
      out.put("}]")
    } else if choice.text.isEmpty, !choice.calls.isEmpty || !choice.refusal.isEmpty {
      out.put(profile.calls == .whole ? "\"\"" : "null")
    } else {
      out.putQuoted(choice.text)
    }
    if !choice.reasoning.isEmpty, !thinksInParts {
      out.put(
        profile.reasoning == .reasoningContent ? ",\"reasoning_content\":" : ",\"reasoning\":")
      out.putQuoted(choice.reasoning)
    }
    if !choice.calls.isEmpty {
      out.put(",\"tool_calls\":[")
      for (index, call) in choice.calls.enumerated() {
        if index > 0 { out.put(",") }
        ChatParts.put(call, in: profile, &out)
      }
      out.put("]")
    }
    if profile.isFull {
      out.put(",\"refusal\":")
      if choice.refusal.isEmpty { out.put("null") } else { out.putQuoted(choice.refusal) }
      out.put(",\"annotations\":[]")
    } else if !choice.refusal.isEmpty {
      out.put(",\"refusal\":")
      out.putQuoted(choice.refusal)
    }
    out.put("}")
    ChatParts.closeChoice(choice.finish, in: profile, &out)
  }
}
