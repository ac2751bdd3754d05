extension Distribution {
  /// Reads `const(5ms)` or just `5ms`, `uniform(4ms,6ms)`, `normal(10ms,2ms)` (mean, deviation),
  /// `lognormal(p50=12ms, p99=90ms)` or `empirical(5ms,7ms,20ms)`, whose samples may also stand in
  /// a file: `empirical("gaps.txt")`.
  package init(literal text: String, files: SampleFiles? = nil) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars), files: files) {
      (scanner) throws(LiteralError) in try scanner.distribution()
    }
  }

  package static let literalNames = ["const", "uniform", "normal", "lognormal", "empirical"]
}

extension LiteralScanner {
  mutating func distribution() throws(LiteralError) -> Distribution {
    guard let first = next, Self.isLetter(first) else { return .constant(try amount()) }
    let start = index
    let name = word()
    guard Distribution.literalNames.contains(name) else {
      let hint = Suggestion.phrase(for: name, in: Distribution.literalNames)
      throw error(
        "unknown distribution \(quoted(name))"
          + (hint.isEmpty
            ? "; there are \(Distribution.literalNames.joined(separator: ", "))" : hint),
        at: start)
    }
    try expect("(", after: quoted(name))
    skipSpaces()
    let result = try arguments(of: name)
    try expect(")", after: "the values of \(quoted(name))")
    return result
  }

  private mutating func arguments(of name: String) throws(LiteralError) -> Distribution {
    switch name {
    case "lognormal": return try lognormal()
    case "empirical":
      return .empirical(sorted: try next == "\"" || next == "'" ? sampleFile() : samples())
    default: break
    }
    let first = try amount()
    if name == "const" { return .constant(first) }
    try expect(",", after: "the first value of \(quoted(name))")
    skipSpaces()
    let start = index
    let second = try amount()
    if name == "normal" { return .normal(mean: first, deviation: second) }
    guard second >= first else {
      throw error("the second value of `uniform` must not be below the first", at: start)
    }
    return .uniform(low: first, high: second)
  }

  private mutating func lognormal() throws(LiteralError) -> Distribution {
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

  private mutating func named(_ key: String) throws(LiteralError) -> Nanoseconds {
    let start = index
    guard word() == key else {
      index = start
      throw error("expected `\(key)=`, found \(upcoming)", at: start)
    }
    try expect("=", after: quoted(key))
    skipSpaces()
    return try amount()
  }

  /// Samples one behind the other, in any order.
  private mutating func samples() throws(LiteralError) -> [Nanoseconds] {
    var samples = [try amount()]
    while true {
      skipSpaces()
      guard take(",") else { return samples.sorted() }
      skipSpaces()
      guard samples.count < Limits.samples else {
        throw error("`empirical` has at most \(Limits.samples) samples")
      }
      samples.append(try amount())
    }
  }

  /// Samples from a file that somebody else reads.
  private mutating func sampleFile() throws(LiteralError) -> [Nanoseconds] {
    let start = index
    let path = try quotedText()
    guard let files else { throw error("no file can be named here", at: start) }
    let bytes: [UInt8]
    do throws(SampleFileError) {
      bytes = try files(path)
    } catch {
      throw self.error(error.message, at: start)
    }
    do throws(SampleFileError) {
      return try SampleFile.read(bytes, countsThings: countsThings)
    } catch {
      throw self.error("\(quoted(path)): \(error.message)", at: start)
    }
  }
}
