/// A number of words, bytes or tokens, fixed or drawn: `200`, `uniform(100, 300)`,
/// `normal(200, 50)`, `lognormal(p50=200, p99=2000)`, `empirical(12, 80, 1500)`.
package struct Lengths: Hashable, Sendable {
  /// Of which one nanosecond stands for one.
  private let distribution: Distribution

  package init(_ length: Int) { distribution = .constant(Nanoseconds(Int64(length))) }

  package init(literal text: String, files: SampleFiles? = nil) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars), files: files)
  }

  init(scalars: [Unicode.Scalar], files: SampleFiles?) throws(LiteralError) {
    distribution = try LiteralScanner.whole(scalars, files: files) {
      (scanner) throws(LiteralError) in
      scanner.countsThings = true
      return try scanner.distribution()
    }
  }

  /// One draw; at least one, at most what `Limits.lengths` allows.
  package func sample(_ random: inout SplitMix64) -> Int {
    let drawn = distribution.sample(&random).count
    return min(max(1, Int(drawn)), Limits.lengths)
  }
}

/// Where the length of a prompt or of an answer comes from.
package enum LengthSource: Hashable, Sendable {
  case drawn(Lengths)
  /// The trace that is played says it for each request.
  case trace
}

extension LiteralScanner {
  /// A time, or where things are counted a number.
  mutating func amount() throws(LiteralError) -> Nanoseconds {
    guard countsThings else { return try duration() }
    return Nanoseconds(Int64(try integer("a length", in: 0...Limits.lengths)))
  }
}
