extension FaultSpec {
  /// What is wrong with the settings of a rule that did not come from a literal, or nil.
  ///
  /// The control interface takes any number that a client sends: none of them may end the process
  /// or do something else than it says.
  package func problem(in rule: FaultRule) -> String? {
    for parameter in parameters {
      guard let value = rule.values[parameter.name] else {
        return "\(quoted(name)) needs its \(parameter.name): \(quoted(example))"
      }
      if let problem = parameter.problem(with: value) {
        return "\(quoted(parameter.name)) \(problem)"
      }
    }
    guard (0...1).contains(rule.probability) else { return "a probability is from 0 to 1" }
    return nil
  }
}

extension FaultParameter {
  /// What a rate may be, in bytes a second.
  package static let rates = 1...1_000_000_000_000

  /// What is wrong with this value for it, to stand behind its name, or nil.
  package func problem(with value: FaultValue) -> String? {
    switch (kind, value) {
    case (.duration, .duration(let length)):
      Self.isLength(length) ? nil : "must be from 0 to 60m"
    case (.distribution, .distribution(let distribution)):
      Self.isOrdered(distribution) ? nil : "must be of lengths from 0 to 60m, in order"
    case (.number(let range), .number(let number)):
      Self.problem(number, in: range, "")
    case (.size(let range), .number(let number)):
      Self.problem(number, in: range, " bytes")
    case (.rate, .number(let number)):
      Self.problem(number, in: Self.rates, " bytes a second")
    case (.share, .share(let share)):
      (0...1).contains(share) ? nil : "must be from 0 to 1"
    case (.text, .text): nil
    case (.choice(let words), .text(let word)):
      words.contains(word) ? nil : "is one of \(words.joined(separator: ", "))"
    default: "is of another kind"
    }
  }

  private static func problem(
    _ number: Int, in range: ClosedRange<Int>, _ unit: String
  ) -> String? {
    range.contains(number) ? nil : "must be \(range.lowerBound) to \(range.upperBound)\(unit)"
  }

  private static func isLength(_ length: Nanoseconds) -> Bool {
    length >= .zero && length <= Limits.duration
  }

  /// Whether it could have been written as a literal.
  private static func isOrdered(_ distribution: Distribution) -> Bool {
    switch distribution {
    case .constant(let value): isLength(value)
    case .uniform(let low, let high): isLength(low) && isLength(high) && low <= high
    case .normal(let mean, let deviation): isLength(mean) && isLength(deviation)
    case .lognormal(let p50, let p99): isLength(p50) && isLength(p99) && p50 <= p99
    case .empirical(let samples):
      !samples.isEmpty && samples.count <= Limits.samples && samples.allSatisfy(isLength)
        && zip(samples, samples.dropFirst()).allSatisfy { $0 <= $1 }
    }
  }
}
