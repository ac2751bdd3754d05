/// How many tokens a scripted provider says a request's prompt has: its words, told apart by blanks,
/// times a factor, plus a number: `words`, `words * 1.03 + 120`.
///
/// Counting words needs no tokenizer, and what a relay puts into a prompt or makes of its count shows
/// in the count as it would with a real one.
package struct CountedTokens: Hashable, Sendable {
  /// The factor as a fraction, so that 1.03 is 1.03.
  package var numerator: Int
  package var denominator: Int
  package var plus: Int

  package init(numerator: Int = 1, denominator: Int = 1, plus: Int = 0) {
    self.numerator = numerator
    self.denominator = denominator
    self.plus = plus
  }

  package init(literal text: String) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars))
  }

  init(scalars: [Unicode.Scalar]) throws(LiteralError) {
    self = try LiteralScanner.whole(scalars) { (scanner) throws(LiteralError) in
      try scanner.countedTokens()
    }
  }

  /// Rounded half up; at most what a usage step may claim.
  package func count(words: Int) -> Int {
    let (product, overflow) = words.multipliedReportingOverflow(by: numerator)
    guard !overflow else { return Limits.usageTokens }
    let (sum, more) = ((product + denominator / 2) / denominator).addingReportingOverflow(plus)
    return more ? Limits.usageTokens : min(max(0, sum), Limits.usageTokens)
  }
}

extension LiteralScanner {
  fileprivate mutating func countedTokens() throws(LiteralError) -> CountedTokens {
    let start = index
    guard word() == "words" else {
      index = start
      throw error("expected `words`, as in `words * 1.03 + 120`, found \(upcoming)")
    }
    var counted = CountedTokens()
    skipSpaces()
    if take("*") {
      skipSpaces()
      let at = index
      guard let (digits, decimals) = decimal(), decimals <= 6, let number = Int(digits),
        number <= 1_000_000_000
      else {
        index = at
        throw error("a factor is a number such as 1.03, with 6 decimals at most, found \(upcoming)")
      }
      counted.numerator = number
      for _ in 0..<decimals { counted.denominator *= 10 }
      skipSpaces()
    }
    if take("+") {
      skipSpaces()
      counted.plus = try integer("what is added", in: 0...Limits.usageTokens)
    }
    return counted
  }
}

extension ProviderScript {
  /// Whether a usage report in it hangs on what the request says.
  package var countsWords: Bool {
    steps.contains {
      if case .usage(let usage) = $0 { usage.counted != nil || usage.cachesHistory } else { false }
    }
  }

  /// The script with the counts of one request.
  /// - Parameters:
  ///   - words: of all messages.
  ///   - history: of those before the last answer, which an earlier request has brought.
  package func counting(words: Int, history: Int) -> ProviderScript {
    guard countsWords else { return self }
    var result = self
    result.steps = steps.map { step in
      guard case .usage(var usage) = step else { return step }
      if let counted = usage.counted { usage.prompt = counted.count(words: words) }
      if usage.cachesHistory { usage.cached = history }
      usage.cached = min(usage.cached, usage.prompt)
      return .usage(usage)
    }
    return result
  }

  /// What the provider plays to a client that comes without the relay.
  package var withoutRelay: ProviderScript {
    guard let direct else { return self }
    var result = self
    result.steps = steps.map { step in
      if case .usage = step { .usage(direct) } else { step }
    }
    return result
  }

  /// The usage that is reported last.
  package var lastUsage: UsageStep? {
    for case .usage(let usage) in steps.reversed() { return usage }
    return nil
  }
}
