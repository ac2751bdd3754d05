extension Position {
  /// Reads one position: `event(5)` (from 1), `byte(1000)` (from 0), `time(1s)`, `match("[DONE]")`,
  /// `every(3)`, `first-token`, `before-headers`, `inside-event(5)` or `inside-event(5, 12)`,
  /// `inside-character`, `inside-chunk-header(2)`, `before-last-chunk`.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.position()
    }
  }

  package static let literalNames = [
    "before-headers", "before-last-chunk", "byte", "event", "every", "first-token",
    "inside-character", "inside-chunk-header", "inside-event", "match", "time",
  ]

  /// How far into an event `inside-event(N)` is if it does not say: inside its payload.
  static let insideEventBytes = 10
}

extension LiteralScanner {
  mutating func position() throws(LiteralError) -> Position {
    let start = index
    let name = word()
    switch name {
    case "event": return .event(try count(of: name, "an event's number", from: 1))
    case "byte": return .byte(try count(of: name, "a byte's number", from: 0))
    case "every": return .every(try count(of: name, "the distance of two events", from: 1))
    case "time":
      try open(name)
      let time = try duration()
      try expect(")", after: "the value of \(quoted(name))")
      return .time(time)
    case "match":
      try open(name)
      let text = try quotedText()
      guard !text.isEmpty else { throw error("the text of `match` must not be empty") }
      try expect(")", after: "the text of `match`")
      return .match(Array(text.utf8))
    case "first-token": return .firstToken
    case "before-headers": return .beforeHeaders
    case "before-last-chunk": return .beforeLastChunk
    case "inside-event": return try insideEvent()
    case "inside-character":
      return .insideCharacter(try optionalCount(of: name, "a character's number"))
    case "inside-chunk-header":
      return .insideChunkHeader(try optionalCount(of: name, "a chunk's number"))
    default:
      index = start
      let hint = Suggestion.phrase(for: name, in: Position.literalNames)
      throw error(
        "expected a position such as `event(5)`, `byte(900)` or `time(1s)`, found \(upcoming)\(hint)",
        at: start)
    }
  }

  mutating func open(_ name: String) throws(LiteralError) {
    try expect("(", after: quoted(name))
    skipSpaces()
  }

  private mutating func count(of name: String, _ what: String, from least: Int)
    throws(LiteralError) -> Int
  {
    try open(name)
    let number = try integer(what, in: least...Limits.bodyBytes)
    try expect(")", after: "the value of \(quoted(name))")
    return number
  }

  private mutating func optionalCount(of name: String, _ what: String) throws(LiteralError) -> Int {
    next == "(" ? try count(of: name, what, from: 1) : 1
  }

  private mutating func insideEvent() throws(LiteralError) -> Position {
    try open("inside-event")
    let number = try integer("an event's number", in: 1...Limits.bodyBytes)
    skipSpaces()
    var bytes = Position.insideEventBytes
    if take(",") {
      skipSpaces()
      bytes = try integer("how many bytes into it", in: 1...Limits.bodyBytes)
    }
    try expect(")", after: "the value of `inside-event`")
    return .insideEvent(number, bytes: bytes)
  }

  /// A text in double or single quotes, in which `\n`, `\r`, `\t`, `\\` and the quotes are escapes.
  mutating func quotedText() throws(LiteralError) -> String {
    let start = index
    guard let mark = next, mark == "\"" || mark == "'" else {
      throw error("expected a text in quotes, found \(upcoming)")
    }
    index += 1
    var text = String.UnicodeScalarView()
    while let scalar = next {
      index += 1
      if scalar == mark { return String(text) }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      switch next {
      case "n": text.append("\n")
      case "r": text.append("\r")
      case "t": text.append("\t")
      case "\\", "\"", "'": text.append(next ?? mark)
      default: throw error("unknown escape; there are \\n, \\r, \\t, \\\\, \\\" and \\'")
      }
      index += 1
    }
    throw error("this text has no closing quote", at: start)
  }
}
