/// The members of one object, its keys known to be among the allowed ones.
struct Fields {
  var position: SourcePosition
  private var members: [String: JSON5Member]

  init(position: SourcePosition, members: [JSON5Member]) {
    self.position = position
    self.members = Dictionary(members.map { ($0.key, $0) }) { first, _ in first }
  }

  subscript(_ key: String) -> JSON5Member? { members[key] }
}

// Typed access: each reports what is wrong and gives nil.
extension ScenarioReader {
  /// The members of an object called `what`; unknown keys are reported and left out.
  mutating func fields(of value: JSON5Value, _ what: String, keys: [String]) -> Fields? {
    guard case .object(let members) = value.kind else {
      wrongType(value, what, "an object")
      return nil
    }
    for member in members where !keys.contains(member.key) {
      let hint = Suggestion.phrase(for: member.key, in: keys)
      problems.add(
        "unknown key \(quoted(member.key))"
          + (hint.isEmpty ? "; known here: \(keys.joined(separator: ", "))" : hint),
        at: member.position)
    }
    return Fields(position: value.position, members: members.filter { keys.contains($0.key) })
  }

  mutating func require(_ key: String, in fields: Fields) {
    if isWhole && fields[key] == nil { problems.add("`\(key)` is missing", at: fields.position) }
  }

  mutating func wrongType(_ value: JSON5Value, _ what: String, _ wanted: String) {
    if value.isInvalid { return }
    problems.add("\(what) must be \(wanted), found \(value.article)", at: value.position)
  }

  mutating func string(_ member: JSON5Member) -> JSON5String? {
    guard case .string(let text) = member.value.kind else {
      wrongType(member.value, quoted(member.key), "a string")
      return nil
    }
    return text
  }

  mutating func filledText(_ member: JSON5Member) -> String? {
    guard let text = string(member) else { return nil }
    guard !text.scalars.isEmpty else {
      problems.add("\(quoted(member.key)) must not be empty", at: member.value.position)
      return nil
    }
    return text.text
  }

  /// A text without line ends, which may be empty.
  mutating func line(_ member: JSON5Member) -> String? {
    guard let text = string(member) else { return nil }
    if let end = text.scalars.firstIndex(where: { $0 == "\n" || $0 == "\r" }) {
      problems.add("\(quoted(member.key)) must be one line", at: text.position(of: end))
      return nil
    }
    return text.text
  }

  mutating func bool(_ member: JSON5Member) -> Bool? {
    guard case .bool(let value) = member.value.kind else {
      wrongType(member.value, quoted(member.key), "true or false")
      return nil
    }
    return value
  }

  mutating func whole(_ member: JSON5Member, in range: ClosedRange<UInt64>) -> UInt64? {
    let name = quoted(member.key)
    guard case .number(let number) = member.value.kind, number.value.isFinite else {
      wrongType(member.value, name, "a whole number")
      return nil
    }
    if number.value != number.value.rounded() {
      problems.add(
        "\(name) must be a whole number, found \(quoted(number.text))", at: member.value.position)
      return nil
    }
    guard let magnitude = number.magnitude, !number.isNegative || magnitude == 0,
      range.contains(magnitude)
    else {
      problems.add(
        "\(name) must be \(range.lowerBound) to \(range.upperBound), found \(quoted(number.text))",
        at: member.value.position)
      return nil
    }
    return magnitude
  }

  mutating func count(_ member: JSON5Member, in range: ClosedRange<Int>) -> Int? {
    whole(member, in: UInt64(range.lowerBound)...UInt64(range.upperBound)).map { Int($0) }
  }

  /// One of the raw values of an enum.
  mutating func choice<Choice>(_ member: JSON5Member, of type: Choice.Type) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    let words = Choice.allCases.map(\.rawValue)
    let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
    guard case .string(let text) = member.value.kind else {
      wrongType(member.value, quoted(member.key), "one of \(list)")
      return nil
    }
    if let choice = Choice(rawValue: text.text) { return choice }
    problems.add(
      "\(quoted(member.key)) must be one of \(list), found \(quoted(text.scalars))"
        + Suggestion.phrase(for: text.text, in: words),
      at: member.value.position)
    return nil
  }

  /// A string literal; an error in it points at its character.
  mutating func literal<Value>(
    _ value: JSON5Value, _ what: String, like example: String,
    _ read: ([Unicode.Scalar]) throws(LiteralError) -> Value
  ) -> Value? {
    guard case .string(let text) = value.kind else {
      wrongType(value, what, "a string such as \"\(example)\"")
      return nil
    }
    do {
      return try read(text.scalars)
    } catch {
      problems.add(error.message, at: text.position(of: error.offset))
      return nil
    }
  }

  mutating func distribution(_ member: JSON5Member) -> Distribution? {
    let files = self.files
    return literal(member.value, quoted(member.key), like: "20ms") { (text) throws(LiteralError) in
      try LiteralScanner.whole(text, files: files) { (scanner) throws(LiteralError) in
        try scanner.distribution()
      }
    }
  }

  mutating func elements(_ member: JSON5Member) -> [JSON5Value]? {
    guard case .array(let values) = member.value.kind else {
      wrongType(member.value, quoted(member.key), "an array")
      return nil
    }
    return values
  }

  /// An array of string literals, each with its place.
  mutating func literals<Value>(
    in member: JSON5Member, like example: String,
    _ read: ([Unicode.Scalar]) throws(LiteralError) -> Value
  ) -> [(value: Value, position: SourcePosition)] {
    var result: [(value: Value, position: SourcePosition)] = []
    for element in elements(member) ?? [] {
      if let value = literal(element, "an element of \(quoted(member.key))", like: example, read) {
        result.append((value, element.position))
      }
    }
    return result
  }
}
