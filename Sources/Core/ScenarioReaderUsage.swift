// The counts that a script reports.

extension ScenarioReader {
  mutating func usage(_ member: JSON5Member) -> UsageStep? {
    guard let fields = fields(of: member.value, quoted(member.key), keys: ScenarioKeys.usage) else {
      return nil
    }
    let range = 0...Limits.usageTokens
    var result = UsageStep()
    if let prompt = fields["prompt"] {
      if case .string = prompt.value.kind {
        result.counted = counted(prompt)
        result.prompt = 0
      } else {
        result.prompt = count(prompt, in: range) ?? result.prompt
      }
    }
    result.completion = fields["completion"].flatMap { count($0, in: range) } ?? result.completion
    result.cached = min(result.cached, result.prompt)
    result.reasoning = min(result.reasoning, result.completion)
    if let cached = fields["cached"] { readCached(cached, &result) }
    if let reasoning = fields["reasoning"], let value = count(reasoning, in: range) {
      result.reasoning = value
      if value > result.completion {
        problems.add(
          "`reasoning` is part of `completion` (\(result.completion))",
          at: reasoning.value.position)
      }
    }
    if let more = fields["more"], let object = jsonObject(more) {
      result.more = String(object.dropFirst().dropLast())
    }
    return result
  }

  private mutating func counted(_ member: JSON5Member) -> CountedTokens? {
    literal(member.value, "`prompt`", like: "words * 1.03 + 120") { (text) throws(LiteralError) in
      try CountedTokens(scalars: text)
    }
  }

  private mutating func readCached(_ member: JSON5Member, _ result: inout UsageStep) {
    if case .string(let word) = member.value.kind {
      guard word.text == UsageStep.historyWord else {
        problems.add(
          "`cached` is a number or \"\(UsageStep.historyWord)\", what earlier turns of a conversation "
            + "said", at: member.value.position)
        return
      }
      result.cachesHistory = true
      return
    }
    guard let value = count(member, in: 0...Limits.usageTokens) else { return }
    result.cached = value
    // What a request has is only known when it comes; more than that is then not claimed.
    if value > result.prompt, result.counted == nil {
      problems.add(
        "`cached` is part of `prompt` (\(result.prompt))", at: member.value.position)
    }
  }
}

extension UsageStep {
  static let historyWord = "history"
}
