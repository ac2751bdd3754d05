extension Position {
  /// Reads `event(5)` (from 1), `byte(1000)` (from 0) or `time(1s)`.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.position()
    }
  }

  package static let literalNames = ["event", "byte", "time"]
}

extension LiteralScanner {
  mutating func position() throws(LiteralError) -> Position {
    let start = index
    let name = word()
    guard Position.literalNames.contains(name) else {
      index = start
      let hint = Suggestion.phrase(for: name, in: Position.literalNames)
      throw error(
        "expected `event(N)`, `byte(N)` or `time(…)`, found \(upcoming)\(hint)", at: start)
    }
    try expect("(", after: quoted(name))
    skipSpaces()
    let result: Position =
      switch name {
      case "event": .event(try integer("an event's number", in: 1...Limits.bodyBytes))
      case "byte": .byte(try integer("a byte's number", in: 0...Limits.bodyBytes))
      default: .time(try duration())
      }
    try expect(")", after: "the value of \(quoted(name))")
    return result
  }
}

extension FaultRule {
  /// Reads one fault as people say it: `reset at event(5)`, `close at byte(900)`,
  /// `stall at time(1s)`, `pause 300ms at event(3)`, `first-byte-delay 2s`.
  package init(literal text: String, leg: Leg) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars), leg: leg)
  }

  init(scalars: [Unicode.Scalar], leg: Leg) throws(LiteralError) {
    let (kind, position) = try LiteralScanner.whole(scalars) {
      (scanner) throws(LiteralError) in try scanner.fault()
    }
    self.init(leg: leg, kind: kind, position: position, text: trimmed(scalars))
  }

  package static let literalNames = ["close", "first-byte-delay", "pause", "reset", "stall"]
}

extension LiteralScanner {
  mutating func fault() throws(LiteralError) -> (kind: FaultKind, position: Position) {
    let start = index
    let name = word()
    let kind: FaultKind
    switch name {
    case "reset": kind = .reset
    case "close": kind = .close
    case "stall": kind = .stall
    case "pause":
      skipSpaces()
      kind = .pause(try distribution())
    case "first-byte-delay":
      skipSpaces()
      return (.firstByteDelay(try distribution()), .byte(0))
    default:
      index = start
      let hint = Suggestion.phrase(for: name, in: FaultRule.literalNames)
      let known = FaultRule.literalNames.joined(separator: ", ")
      throw error(
        name.isEmpty
          ? "expected a fault (\(known)), found \(upcoming)"
          : "unknown fault \(quoted(name))" + (hint.isEmpty ? "; there are \(known)" : hint))
    }
    skipSpaces()
    let preposition = index
    guard word() == "at" else {
      index = preposition
      throw error("expected `at` and a position after \(quoted(name)), found \(upcoming)")
    }
    skipSpaces()
    return (kind, try position())
  }
}

/// The text without white space around it.
func trimmed(_ scalars: [Unicode.Scalar]) -> String {
  let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
  guard let first = scalars.firstIndex(where: { !isSpace($0) }),
    let last = scalars.lastIndex(where: { !isSpace($0) })
  else { return "" }
  return String(String.UnicodeScalarView(scalars[first...last]))
}
