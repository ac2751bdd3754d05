/// The search for the rate at which an objective breaks: rates from low to high, each measured by
/// itself, until one breaks; then between the last that held and the first that broke.
///
/// Rates lie at equal ratios, since what a target takes is known in orders of magnitude at first.
package struct SweepPlan: Hashable, Sendable {
  package var process: ArrivalProcess
  /// Requests per second.
  package var from: Double
  package var to: Double
  package var steps: Int
  /// How long each rate is measured; a fifth of it comes before as warm-up.
  package var stage: Nanoseconds
  package var objectives: [Expectation]

  package static let plainSteps = 8
  package static let plainStage = Nanoseconds.seconds(10)
  /// Stages between the last rate that held and the first that broke.
  package static let refinements = 3
  /// Rates closer than this are not told apart.
  private static let closest = 1.05
  /// The errors that a stage may have where no objective speaks of errors.
  package static let plainErrors = "errors.rate <= 0.01"

  /// Reads `5..200/s`, `5/s..200/s in 12 steps`, `poisson 5/s..200/s`.
  /// - Parameter objectives: what must hold; errors are limited in any case.
  package init(
    literal text: String, objectives: [Expectation], stage: Nanoseconds = SweepPlan.plainStage
  ) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in
      try scanner.sweep(stage: stage)
    }
    self.objectives = objectives
    if !objectives.contains(where: { $0.measure == MeasureNames.errors }) {
      self.objectives.append(try Expectation(literal: Self.plainErrors))
    }
  }

  fileprivate init(
    process: ArrivalProcess, from: Double, to: Double, steps: Int, stage: Nanoseconds
  ) {
    (self.process, self.from, self.to, self.steps) = (process, from, to, steps)
    self.stage = stage
    objectives = []
  }

  /// The rate to measure next; nil when the search is over.
  package func next(after stages: [(rate: Double, held: Bool)]) -> Double? {
    guard let broke = stages.filter({ !$0.held }).map(\.rate).min() else {
      guard stages.count < steps else { return nil }
      return from * Self.power(to / from, Double(stages.count) / Double(steps - 1))
    }
    let held = stages.filter { $0.held && $0.rate < broke }.map(\.rate).max()
    let first = stages.firstIndex { !$0.held } ?? 0
    guard let held, stages.count - first - 1 < Self.refinements, broke / held > Self.closest else {
      return nil
    }
    return (broke * held).squareRoot()
  }

  /// One rate as a scenario of its own.
  /// - Parameter number: from 0; each stage has its own requests, so that none is answered from what
  ///   a relay has seen.
  package func scenario(_ scenario: Scenario, rate: Double, number: Int, seed: UInt64) -> Scenario {
    var result = scenario
    let warmup = stage.seconds / 5
    result.name += " at \(Self.text(rate))/s"
    result.expect = []
    result.traffic.arrivals = .open(process, .constant(rate))
    result.traffic.warmup = max(1, Int((rate * warmup).rounded()))
    result.traffic.duration = Nanoseconds(Int64((stage.seconds + warmup) * 1e9))
    result.traffic.streams = Limits.streams
    result.traffic.seed = (scenario.traffic.seed ?? seed) &+ UInt64(number)
    return result
  }

  /// Three digits.
  package static func text(_ rate: Double) -> String {
    var scale = 1.0
    while rate * scale < 100, scale < 1_000 { scale *= 10 }
    let value = (rate * scale).rounded() / scale
    return value == value.rounded() ? String(Int(value)) : String(value)
  }

  /// `base` to a power between 0 and 1, by halving: Core has no library of functions.
  private static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent <= 0 { return 1 }
    if exponent >= 1 { return base }
    var (result, root, rest) = (1.0, base, exponent)
    for _ in 0..<50 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return result
  }
}

extension LiteralScanner {
  fileprivate mutating func sweep(stage: Nanoseconds) throws(LiteralError) -> SweepPlan {
    var process = ArrivalProcess.constant
    if let first = next, Self.isLetter(first) {
      let start = index
      let word = word()
      switch word {
      case "constant": break
      case "poisson": process = .poisson
      default:
        throw error(
          "unknown process \(quoted(word))"
            + Suggestion.phrase(for: word, in: ["constant", "poisson"])
            + "; a sweep is constant or poisson", at: start)
      }
      skipSpaces()
    }
    let start = index
    let bare = bareRate()
    let from = if let bare { bare } else { try rate() }
    guard take("."), take(".") else {
      throw error("a sweep goes from one rate to another, as in `5..200/s`")
    }
    let to = try rate()
    guard from > 0 else { throw error("a rate must be above zero", at: start) }
    guard to > from else {
      throw error("a sweep goes upwards: the second rate must be above the first", at: start)
    }
    skipSpaces()
    var steps = SweepPlan.plainSteps
    if next != nil {
      let place = index
      guard word() == "in" else { throw error("expected the end or `in N steps`", at: place) }
      skipSpaces()
      steps = try integer("the number of steps", in: 2...Limits.sweepSteps)
      skipSpaces()
      guard word() == "steps" else {
        throw error("expected `steps`, as in `in 8 steps`")
      }
    }
    return SweepPlan(process: process, from: from, to: to, steps: steps, stage: stage)
  }

  /// A whole number before `..`, whose unit is that of what follows.
  private mutating func bareRate() -> Double? {
    let start = index
    let digits = skip(while: JSON5Class.isDigit)
    let end = index
    if !digits.isEmpty, take("."), take("."), let number = Double(digits) {
      index = end
      return number
    }
    index = start
    return nil
  }
}
