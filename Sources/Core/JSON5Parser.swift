/// Reads JSON5 and goes on after an error, so that a file's errors are seen in one go.
///
/// Never fails on any bytes: nesting stops at `Limits.scenarioDepth`, size at
/// `Limits.scenarioBytes`, and every loop consumes a character or ends.
struct JSON5Parser {
  var cursor: JSON5Cursor
  var problems: Problems
  /// How many `}` and `]` the enclosing values still wait for.
  private var openObjects = 0
  private var openArrays = 0
  /// Set by a string without its closing quote, whose value and comma are not to be relied on.
  var brokeOff = false
  /// Set when reading on makes no sense.
  private var gaveUp = false

  /// The root value, or nil when there is none worth reading, and what is wrong so far.
  static func parse(_ bytes: [UInt8]) -> (root: JSON5Value?, problems: Problems) {
    var problems = Problems()
    guard bytes.count <= Limits.scenarioBytes else {
      problems.add(
        "the file has \(bytes.count) bytes; at most \(Limits.scenarioBytes) are read", at: .start)
      return (nil, problems)
    }
    let cursor = JSON5Cursor(bytes, problems: &problems)
    guard problems.isEmpty else { return (nil, problems) }
    var parser = JSON5Parser(cursor: cursor, problems: problems)
    let root = parser.document()
    return (root, parser.problems)
  }

  private init(cursor: JSON5Cursor, problems: Problems) {
    self.cursor = cursor
    self.problems = problems
  }

  private mutating func document() -> JSON5Value? {
    skipBlanks()
    guard cursor.next != nil else {
      problems.add("the file is empty", at: .start)
      return nil
    }
    let root = value()
    skipBlanks()
    if !gaveUp, cursor.next != nil {
      problems.add("unexpected \(upcoming()) behind the end of the value", at: cursor.position)
    }
    return root
  }

  /// One value; what is none is reported, left where it stands and given as `invalid`.
  mutating func value() -> JSON5Value {
    let position = cursor.position
    guard let scalar = cursor.next else {
      problems.add("expected a value, found the end of the file", at: position)
      return JSON5Value(kind: .invalid, position: position)
    }
    let kind: JSON5Value.Kind
    switch scalar {
    case "{", "[":
      if openObjects + openArrays >= Limits.scenarioDepth {
        problems.add("nested deeper than \(Limits.scenarioDepth) levels", at: position)
        giveUp()
        kind = .invalid
      } else {
        kind = scalar == "{" ? object() : array()
      }
    case "\"", "'":
      let text = string()
      kind = brokeOff ? .invalid : .string(text)
    case "+", "-", ".": kind = number()
    default:
      if JSON5Class.isDigit(scalar) {
        kind = number()
      } else if JSON5Class.startsWord(scalar) {
        kind = word()
      } else {
        problems.add("expected a value, found \(upcoming())", at: position)
        kind = .invalid
      }
    }
    return JSON5Value(kind: kind, position: position)
  }

  /// `true`, `false`, `null`, `Infinity`, `NaN`; any other word was meant as a string.
  private mutating func word() -> JSON5Value.Kind {
    let position = cursor.position
    let text = identifier()
    switch text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case "Infinity", "NaN":
      let value = text == "NaN" ? Double.nan : Double.infinity
      return .number(JSON5Number(text: text, value: value, magnitude: nil, isNegative: false))
    default:
      problems.add("\(quoted(text)) is no value; a string needs quotes", at: position)
      return .invalid
    }
  }

  private mutating func array() -> JSON5Value.Kind {
    let opening = cursor.position
    cursor.advance()
    openArrays += 1
    defer { openArrays -= 1 }
    var values: [JSON5Value] = []
    while true {
      skipBlanks()
      if closes("]", opening: opening) { return .array(values) }
      let element = value()
      values.append(element)
      separate("]", after: "an element", valid: !element.isInvalid) { scalar in
        scalar == "{" || scalar == "\"" || scalar == "'" || JSON5Class.startsWord(scalar)
      }
    }
  }

  private mutating func object() -> JSON5Value.Kind {
    let opening = cursor.position
    cursor.advance()
    openObjects += 1
    defer { openObjects -= 1 }
    var members: [JSON5Member] = []
    var seen: [String: SourcePosition] = [:]
    while true {
      skipBlanks()
      if closes("}", opening: opening) { return .object(members) }
      let position = cursor.position
      let member = member()
      if let member {
        if let first = seen[member.key] {
          problems.add(
            "duplicate key \(quoted(member.key)); it stands already in line \(first.line)",
            at: position)
        } else {
          seen[member.key] = position
          members.append(member)
        }
      }
      let valid = member.map { !$0.value.isInvalid } ?? false
      separate("}", after: "a member", valid: valid) { scalar in
        scalar == "\"" || scalar == "'" || JSON5Class.startsWord(scalar)
      }
    }
  }

  /// `key: value`, or nil after an error that left no key.
  private mutating func member() -> JSON5Member? {
    let position = cursor.position
    let key: String
    switch cursor.next {
    case .some("\""), .some("'"): key = string().text
    case .some(let scalar) where JSON5Class.startsWord(scalar): key = identifier()
    default:
      problems.add("expected a key, found \(upcoming())", at: position)
      return nil
    }
    skipBlanks()
    if brokeOff { return nil }
    if !cursor.take(":") {
      problems.add(
        "expected `:` after the key \(quoted(key)), found \(upcoming())", at: cursor.position)
      guard cursor.take("=") else { return nil }
      _ = cursor.take(">")
    }
    skipBlanks()
    return JSON5Member(key: key, position: position, value: value())
  }

  /// Whether the list ends here: at its bracket, at the end of the file, or at a bracket that
  /// belongs to an enclosing value (which is left for that).
  private mutating func closes(_ bracket: Unicode.Scalar, opening: SourcePosition) -> Bool {
    if gaveUp || cursor.take(bracket) { return true }
    guard let scalar = cursor.next else {
      problems.add("this \(bracket == "}" ? "`{`" : "`[`") is never closed", at: opening)
      giveUp()
      return true
    }
    guard scalar == "}" || scalar == "]" else { return false }
    problems.add(
      "expected \(quoted([bracket])), found \(quoted([scalar]))", at: cursor.position)
    if scalar == "}" ? openObjects > 0 : openArrays > 0 { return true }
    cursor.advance()
    return false
  }

  /// Takes the comma between two members; on anything else goes on where the next one begins.
  private mutating func separate(
    _ bracket: Unicode.Scalar, after what: String, valid: Bool,
    begins: (Unicode.Scalar) -> Bool
  ) {
    skipBlanks()
    defer { brokeOff = false }
    guard !gaveUp, let scalar = cursor.next else { return }
    if scalar == "," {
      cursor.advance()
    } else if scalar != "}" && scalar != "]" {
      if valid && !brokeOff {
        problems.add(
          "expected `,` or \(quoted([bracket])) after \(what), found \(upcoming())",
          at: cursor.position)
      }
      if (valid || brokeOff) && begins(scalar) { return }
      skipToSeparator()
      _ = cursor.take(",")
    }
  }

  /// Passes over what could not be read, to the next comma or closing bracket of this level.
  private mutating func skipToSeparator() {
    var depth = 0
    while let scalar = cursor.next {
      switch scalar {
      case "\"", "'": skipString()
      case "/": skipSlash()
      case "{", "[": depth += 1
      case "}", "]":
        if depth == 0 { return }
        depth -= 1
      case "," where depth == 0: return
      default: break
      }
      if scalar != "\"" && scalar != "'" && scalar != "/" { cursor.advance() }
    }
  }

  private mutating func skipString() {
    let quote = cursor.advance()
    while let scalar = cursor.next, scalar != "\n", scalar != "\r" {
      cursor.advance()
      if scalar == quote { return }
      if scalar == "\\" { cursor.advance() }
    }
  }

  private mutating func skipSlash() {
    let before = cursor.index
    skipBlanks()
    if cursor.index == before { cursor.advance() }
  }

  /// Ends the whole reading: what is left would only give errors that follow from this one.
  mutating func giveUp() {
    gaveUp = true
    cursor.skip { _ in true }
  }
}

extension JSON5Value {
  var isInvalid: Bool {
    if case .invalid = kind { return true }
    return false
  }
}

extension JSON5Value {
  /// Reads a whole document, or throws everything that is wrong with it; `path` only stands in
  /// the messages.
  package static func read(_ bytes: [UInt8], path: String) throws(ScenarioErrors) -> JSON5Value {
    let (root, problems) = JSON5Parser.parse(bytes)
    guard let root, problems.isEmpty else { throw problems.errors(path: path) }
    return root
  }
}
