// The steps of a script that say something.

extension ScenarioReader {
  /// The gap of a text that gives none.
  private static let plainGap: Distribution? = .constant(.milliseconds(10))

  mutating func text(_ member: JSON5Member, _ kind: TextStep.Kind) -> TextStep? {
    guard let fields = fields(of: member.value, quoted(member.key), keys: ScenarioKeys.text) else {
      return nil
    }
    require("tokens", in: fields)
    let gap = fields["gap"].map { distribution($0) } ?? Self.plainGap
    let choice = choiceNumber(fields)
    if case .string(let word)? = fields["tokens"]?.value.kind, word.text == TextStep.askedWord {
      guard let gap, let choice else { return nil }
      var text = TextStep(askedAt: gap)
      (text.kind, text.choice) = (kind, choice)
      return text
    }
    let tokens = fields["tokens"].flatMap { count($0, in: 1...Limits.scriptTokens) }
    guard let tokens, let gap, let choice else { return nil }
    return TextStep(tokens: tokens, gap: gap, kind: kind, choice: choice)
  }

  mutating func toolCall(_ member: JSON5Member) -> ToolCallStep? {
    guard let fields = fields(of: member.value, "`toolCall`", keys: ScenarioKeys.toolCall) else {
      return nil
    }
    require("name", in: fields)
    let name = fields["name"].flatMap { filledText($0) }
    let id = fields["id"].map { filledText($0) } ?? .some(nil)
    let arguments = fields["arguments"].map { jsonObject($0) } ?? "{}"
    let pieces = fields["pieces"].map { count($0, in: 1...Limits.scriptTokens) } ?? 1
    let gap = fields["gap"].map { distribution($0) } ?? Self.plainGap
    let choice = choiceNumber(fields)
    guard let name, let id, let arguments, let pieces, let gap, let choice else { return nil }
    return ToolCallStep(
      name: name, id: id, arguments: arguments, pieces: pieces, gap: gap, choice: choice)
  }

  mutating func finish(_ member: JSON5Member) -> FinishStep? {
    if case .string = member.value.kind { return filledText(member).map { FinishStep($0) } }
    guard case .object = member.value.kind else {
      wrongType(member.value, "`finish`", "a string or an object such as { reason: \"stop\" }")
      return nil
    }
    guard let fields = fields(of: member.value, "`finish`", keys: ScenarioKeys.finish) else {
      return nil
    }
    require("reason", in: fields)
    let sequence = fields["sequence"].map { filledText($0) } ?? .some(nil)
    let choice = choiceNumber(fields)
    guard let reason = fields["reason"].flatMap({ filledText($0) }), let sequence, let choice
    else { return nil }
    return FinishStep(reason, sequence: sequence, choice: choice)
  }

  /// 0 where none is given; nil after an error.
  private mutating func choiceNumber(_ fields: Fields) -> Int? {
    guard let member = fields["choice"] else { return 0 }
    return count(member, in: 0...(Limits.choices - 1))
  }

  /// An object as JSON without blanks; nil if it is none, or holds what JSON cannot.
  mutating func jsonObject(_ member: JSON5Member) -> String? {
    guard case .object = member.value.kind else {
      wrongType(member.value, quoted(member.key), "an object")
      return nil
    }
    var text = ""
    return writeJSON(member.value, into: &text) ? text : nil
  }

  private mutating func writeJSON(_ value: JSON5Value, into text: inout String) -> Bool {
    switch value.kind {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .string(let string): Self.writeJSON(string.text, into: &text)
    case .number(let number):
      guard number.value.isFinite else {
        problems.add("JSON has no number \(quoted(number.text))", at: value.position)
        return false
      }
      if let magnitude = number.magnitude {
        text += (number.isNegative ? "-" : "") + String(magnitude)
      } else if Self.isJSON(number: number.text) {
        // A binary fraction would have fewer digits than a price may have.
        text += number.text
      } else {
        text += String(number.value)
      }
    case .array(let values):
      text += "["
      for (index, element) in values.enumerated() {
        if index > 0 { text += "," }
        guard writeJSON(element, into: &text) else { return false }
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.writeJSON(member.key, into: &text)
        text += ":"
        guard writeJSON(member.value, into: &text) else { return false }
      }
      text += "}"
    case .invalid: return false
    }
    return true
  }

  /// RFC 8259 section 6; JSON5 has more ways.
  private static func isJSON(number text: String) -> Bool {
    var rest = text.utf8[...]
    func digits() -> Int {
      let run = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(run.count)
      return run.count
    }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !startsWithZero || whole == 1 else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard digits() > 0 else { return false }
    }
    if let e = rest.first, e | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// RFC 8259 section 7.
  private static func writeJSON(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
