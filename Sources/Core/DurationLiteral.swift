extension Nanoseconds {
  /// Reads a duration as people write it: `450ms`, `1.5s`, `80us`, `0`; at most an hour, exact to
  /// the nanosecond.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.duration()
    }
  }

  /// The shortest literal that is read as the same.
  package var literal: String {
    let units: [(Int64, String)] = [
      (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"),
    ]
    for (size, name) in units where count != 0 && count % size == 0 {
      return "\(count / size)\(name)"
    }
    return "\(count)ns"
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
