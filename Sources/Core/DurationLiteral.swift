extension Nanoseconds {
  /// Reads a duration as people write it: `450ms`, `1.5s`, `80us`, `0`; at most an hour, exact to
  /// the nanosecond.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.duration()
    }
  }
}

extension LiteralScanner {
  private static func unit(_ name: String) -> UInt64? {
    switch name {
    case "ns": 1
    case "us", "\u{B5}s", "\u{3BC}s": 1_000
    case "ms": 1_000_000
    case "s": 1_000_000_000
    case "m": 60_000_000_000
    default: nil
    }
  }

  /// A number and its unit without white space between them; only zero needs none.
  mutating func duration() throws(LiteralError) -> Nanoseconds {
    let start = index
    if next == "-" { throw error("a duration cannot be negative") }
    guard let (digits, decimals) = decimal() else {
      throw error("expected a duration such as `450ms`, found \(upcoming)")
    }
    let unitStart = index
    let name = skip(while: Self.isLetter)
    if name.isEmpty, digits.utf8.allSatisfy({ $0 == UInt8(ascii: "0") }) { return .zero }
    guard !name.isEmpty else {
      throw error("a duration needs a unit: ns, us, ms, s or m", at: unitStart)
    }
    guard let unit = Self.unit(name) else {
      throw error("unknown unit \(quoted(name)); the units are ns, us, ms, s and m", at: unitStart)
    }
    guard let mantissa = UInt64(digits), decimals <= 18 else {
      throw error("this number has too many digits", at: start)
    }
    let scale = (0..<decimals).reduce(UInt128(1)) { product, _ in product * 10 }
    let (count, rest) = (UInt128(mantissa) * UInt128(unit)).quotientAndRemainder(dividingBy: scale)
    guard count <= UInt128(Limits.duration.count) else {
      throw error("a duration is at most 60m", at: start)
    }
    guard rest == 0 else { throw error("this is finer than a nanosecond", at: start) }
    return Nanoseconds(Int64(count))
  }
}

extension Distribution {
  /// Reads `const(5ms)` or just `5ms`, `uniform(4ms,6ms)`, `normal(10ms,2ms)` (mean, deviation)
  /// or `lognormal(p50=12ms, p99=90ms)`.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.distribution()
    }
  }

  package static let literalNames = ["const", "uniform", "normal", "lognormal"]
}

extension LiteralScanner {
  mutating func distribution() throws(LiteralError) -> Distribution {
    guard let first = next, Self.isLetter(first) else { return .constant(try duration()) }
    let start = index
    let name = word()
    guard Distribution.literalNames.contains(name) else {
      let hint = Suggestion.phrase(for: name, in: Distribution.literalNames)
      throw error(
        "unknown distribution \(quoted(name))"
          + (hint.isEmpty ? "; there are const, uniform, normal and lognormal" : hint), at: start)
    }
    try expect("(", after: quoted(name))
    let result = try arguments(of: name)
    try expect(")", after: "the values of \(quoted(name))")
    return result
  }

  private mutating func arguments(of name: String) throws(LiteralError) -> Distribution {
    skipSpaces()
    if name == "lognormal" {
      let start = index
      let p50 = try named("p50")
      guard p50 > .zero else { throw error("p50 must be above zero", at: start) }
      try expect(",", after: "p50")
      skipSpaces()
      let second = index
      let p99 = try named("p99")
      guard p99 >= p50 else { throw error("p99 must not be below p50", at: second) }
      return .lognormal(p50: p50, p99: p99)
    }
    let first = try duration()
    if name == "const" { return .constant(first) }
    try expect(",", after: "the first value of \(quoted(name))")
    skipSpaces()
    let start = index
    let second = try duration()
    if name == "normal" { return .normal(mean: first, deviation: second) }
    guard second >= first else {
      throw error("the second value of `uniform` must not be below the first", at: start)
    }
    return .uniform(low: first, high: second)
  }

  private mutating func named(_ key: String) throws(LiteralError) -> Nanoseconds {
    let start = index
    guard word() == key else {
      index = start
      throw error("expected `\(key)=`, found \(upcoming)", at: start)
    }
    try expect("=", after: quoted(key))
    skipSpaces()
    return try duration()
  }
}
