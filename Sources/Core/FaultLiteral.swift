extension FaultRule {
  /// Reads one rule as people say it: the fault, its settings (in order, or by name), a direction,
  /// `p=` and a probability, and `at` with a position, a request or both.
  ///
  /// `reset at event(5)`, `pause 300ms at event(3)`, `latency normal(20ms,5ms) p=0.1`,
  /// `close at request(2) byte(900)`, `bandwidth 50KB/s upstream`.
  /// - Parameters:
  ///   - specs: the faults that there are.
  ///   - files: reads the files of `empirical("FILE")`.
  package init(
    literal text: String, leg: Leg, specs: [FaultSpec], files: SampleFiles? = nil
  ) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars), leg: leg, specs: specs, files: files)
  }

  init(
    scalars: [Unicode.Scalar], leg: Leg, specs: [FaultSpec], files: SampleFiles?
  ) throws(LiteralError) {
    self = try LiteralScanner.whole(scalars, files: files) { (scanner) throws(LiteralError) in
      try scanner.fault(leg: leg, specs: specs)
    }
    text = trimmed(scalars)
  }
}

extension LiteralScanner {
  fileprivate mutating func fault(leg: Leg, specs: [FaultSpec]) throws(LiteralError) -> FaultRule {
    let start = index
    let name = word()
    guard let spec = specs.first(where: { $0.name == name }) else {
      index = start
      let names = specs.map(\.name)
      let hint = Suggestion.phrase(for: name, in: names)
      let known = names.joined(separator: ", ")
      throw error(
        name.isEmpty
          ? "expected a fault (\(known)), found \(upcoming)"
          : "unknown fault \(quoted(name))" + (hint.isEmpty ? "; there are \(known)" : hint))
    }
    var rule = FaultRule(
      leg: leg, name: name, effect: spec.effect, direction: spec.directions[0],
      scope: spec.scope, text: "")
    while true {
      skipSpaces()
      if next == nil { break }
      try part(of: &rule, spec)
    }
    try complete(&rule, spec)
    return rule
  }

  /// One setting, direction, probability or place.
  private mutating func part(of rule: inout FaultRule, _ spec: FaultSpec) throws(LiteralError) {
    let start = index
    let name = word()
    switch name {
    case "at": return try places(of: &rule, spec)
    case "upstream", "downstream":
      guard let direction = FaultDirection(rawValue: name), spec.directions.contains(direction)
      else { throw error("\(quoted(spec.name)) is no fault of the \(name) direction", at: start) }
      rule.direction = direction
      return
    case "p" where take("="):
      rule.probability = try share("a probability")
      return
    default: break
    }
    if let parameter = spec.parameters.first(where: { $0.name == name }), take("=") {
      guard rule.values[name] == nil else {
        throw error("\(quoted(name)) is given twice", at: start)
      }
      rule.values[name] = try value(of: parameter)
      return
    }
    if !name.isEmpty, next == "=" {
      let names = spec.parameters.map(\.name) + ["p"]
      let hint = Suggestion.phrase(for: name, in: names)
      throw error(
        "\(quoted(spec.name)) has no setting \(quoted(name))"
          + (hint.isEmpty ? "; it has \(names.joined(separator: ", "))" : hint), at: start)
    }
    index = start
    guard let parameter = spec.parameters.first(where: { rule.values[$0.name] == nil }) else {
      let wanted =
        rule.position == nil && spec.placement != .whole ? "`at` and a position" : "the end"
      throw error("expected \(wanted) after \(quoted(spec.name)), found \(upcoming)")
    }
    rule.values[parameter.name] = try value(of: parameter)
  }

  mutating func places(of rule: inout FaultRule, _ spec: FaultSpec) throws(LiteralError) {
    var found = 0
    while true {
      skipSpaces()
      let start = index
      let name = word()
      index = start
      if name == "request" {
        guard rule.requests == nil else { throw error("`request` is given twice") }
        rule.requests = try requests()
      } else if Position.literalNames.contains(name) || found == 0 {
        guard rule.position == nil else { throw error("a fault has one position") }
        let position = try position()
        guard spec.placement != .whole else {
          throw error("\(quoted(spec.name)) takes no position, only `request(N)`", at: start)
        }
        rule.position = position
      } else {
        return
      }
      found += 1
    }
  }

  /// `request(2)` or `request(1..3)`.
  private mutating func requests() throws(LiteralError) -> ClosedRange<Int> {
    try open(word())
    let first = try integer("a request's number", in: 1...Limits.bodyBytes)
    var last = first
    if take("."), take(".") {
      last = try integer("a request's number", in: first...Limits.bodyBytes)
    }
    try expect(")", after: "the value of `request`")
    return first...last
  }

  func complete(_ rule: inout FaultRule, _ spec: FaultSpec) throws(LiteralError) {
    for parameter in spec.parameters where rule.values[parameter.name] == nil {
      guard let preset = parameter.preset else {
        throw error("\(quoted(spec.name)) needs its \(parameter.name): \(quoted(spec.example))")
      }
      rule.values[parameter.name] = preset
    }
    guard rule.position == nil else { return }
    switch spec.placement {
    case .point where rule.requests == nil:
      throw error("expected `at` and a position after \(quoted(spec.name)), found \(upcoming)")
    case .point, .pointOrStart: rule.position = .beforeHeaders
    case .events: rule.position = .event(1)
    case .span, .whole: break
    }
  }
}

// The values of settings.
extension LiteralScanner {
  mutating func value(of parameter: FaultParameter) throws(LiteralError) -> FaultValue {
    switch parameter.kind {
    case .duration: return .duration(try duration())
    case .distribution: return .distribution(try distribution())
    case .number(let range): return .number(try integer("`\(parameter.name)`", in: range))
    case .size(let range): return .number(try bytes("`\(parameter.name)`", in: range))
    case .rate: return .number(try rate("`\(parameter.name)`"))
    case .share: return .share(try share("`\(parameter.name)`"))
    case .text:
      if next == "\"" || next == "'" { return .text(try quotedText()) }
      let text = word()
      guard !text.isEmpty else {
        throw error("expected the \(parameter.name) in quotes, found \(upcoming)")
      }
      return .text(text)
    case .choice(let words):
      let start = index
      let text = word()
      guard words.contains(text) else {
        index = start
        throw error(
          "`\(parameter.name)` is one of \(words.joined(separator: ", ")), found \(upcoming)")
      }
      return .text(text)
    }
  }

  private mutating func share(_ what: String) throws(LiteralError) -> Double {
    let start = index
    guard let (digits, decimals) = decimal(), let whole = Double(digits) else {
      throw error("\(what) is a number from 0 to 1, found \(upcoming)")
    }
    let value = (0..<decimals).reduce(whole) { value, _ in value / 10 }
    guard value <= 1 else { throw error("\(what) is a number from 0 to 1", at: start) }
    return value
  }

  /// A number of bytes, with `KB`, `MB` or `GB` (powers of 1000) behind it or without.
  private mutating func bytes(_ what: String, in range: ClosedRange<Int>) throws(LiteralError)
    -> Int
  {
    let start = index
    guard let (digits, decimals) = decimal(), let whole = Double(digits), decimals < 10 else {
      throw error("\(what) is a number of bytes such as `64` or `10KB`, found \(upcoming)")
    }
    let unitStart = index
    let scale: Double
    switch skip(while: Self.isLetter) {
    case "", "B": scale = 1
    case "KB", "kB", "k", "K": scale = 1e3
    case "MB", "M": scale = 1e6
    case "GB", "G": scale = 1e9
    default: throw error("the units are B, KB, MB and GB", at: unitStart)
    }
    let value = (0..<decimals).reduce(whole * scale) { value, _ in value / 10 }
    guard value == value.rounded(), value >= Double(range.lowerBound),
      value <= Double(range.upperBound)
    else {
      throw error("\(what) must be \(range.lowerBound) to \(range.upperBound) bytes", at: start)
    }
    return Int(value)
  }

  private mutating func rate(_ what: String) throws(LiteralError) -> Int {
    let value = try bytes(what, in: FaultParameter.rates)
    if take("/"), !take("s") { throw error("a rate is so many bytes a second: `50KB/s`") }
    return value
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
