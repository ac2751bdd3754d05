/// What makes requests start.
package enum Arrivals: Hashable, Sendable {
  /// So many streams at a time, the next when one has ended.
  case closed
  /// By the clock, whatever the answers do.
  case open(ArrivalProcess, RateProfile)
  case trace(TraceArrivals)
}

extension Arrivals {
  /// Reads `closed`, or a process and its rates one behind the other: `constant 20/s`,
  /// `poisson 5/s..50/s for 60s, 50/s for 30s`, `gamma(cv=2) 10/s`,
  /// `poisson 5/s..50/s in 10 steps for 100s`.
  package init(literal text: String) throws(LiteralError) {
    self = try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.arrivals()
    }
  }

  package static let literalNames = ["closed", "constant", "poisson", "gamma"]

  /// What would be read as the same, stage by stage; of a trace, what it is.
  package var literal: String {
    switch self {
    case .closed: return "closed"
    case .trace(let played):
      return "trace \(played.name) (\(played.format.rawValue)) at \(Self.text(played.scale)) x"
    case .open(let process, let profile): return Self.literal(process, profile)
    }
  }

  private static func literal(_ process: ArrivalProcess, _ profile: RateProfile) -> String {
    let name =
      switch process {
      case .constant: "constant"
      case .poisson: "poisson"
      case .gamma(let cv): "gamma(cv=\(text(cv)))"
      }
    let stages = profile.stages.map { stage in
      let to = stage.from == stage.to ? "" : "..\(text(stage.to))/s"
      return "\(text(stage.from))/s\(to)" + (stage.duration.map { " for \($0.literal)" } ?? "")
    }
    return name + " " + stages.joined(separator: ", ")
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }
}

extension LiteralScanner {
  mutating func arrivals() throws(LiteralError) -> Arrivals {
    let start = index
    let name = word()
    let process: ArrivalProcess
    switch name {
    case "closed": return .closed
    case "constant": process = .constant
    case "poisson": process = .poisson
    case "gamma": process = .gamma(cv: try variation())
    default:
      let hint = Suggestion.phrase(for: name, in: Arrivals.literalNames)
      throw error(
        "unknown arrivals \(quoted(name))"
          + (hint.isEmpty ? "; there are \(Arrivals.literalNames.joined(separator: ", "))" : hint),
        at: start)
    }
    var stages: [RateProfile.Stage] = []
    repeat {
      if let last = stages.last, last.duration == nil {
        throw error("only the last rate may go on for ever: say for how long, as in `for 30s`")
      }
      skipSpaces()
      stages += try stage()
      skipSpaces()
    } while take(",")
    return .open(process, RateProfile(stages))
  }

  private mutating func variation() throws(LiteralError) -> Double {
    try expect("(", after: "`gamma`")
    let start = index
    guard word() == "cv" else { throw error("expected `cv=`, as in `gamma(cv=2)`", at: start) }
    try expect("=", after: "`cv`")
    let place = index
    guard let (digits, decimals) = decimal(), let cv = Self.number(digits, decimals),
      (0.01...100).contains(cv)
    else { throw error("the coefficient of variation is 0.01 to 100", at: place) }
    try expect(")", after: "the coefficient of variation")
    return cv
  }

  /// One rate, or several steps of one range.
  private mutating func stage() throws(LiteralError) -> [RateProfile.Stage] {
    let start = index
    let from = try rate()
    var to = from
    if take(".") {
      guard take(".") else { throw error("a range of rates is written `5/s..50/s`") }
      to = try rate()
    }
    guard max(from, to) > 0 else { throw error("a rate must be above zero", at: start) }
    let steps = try takeWord("in") ? stepCount() : nil
    var duration: Nanoseconds?
    if try takeWord("for") {
      let place = index
      duration = try self.duration()
      if duration == .zero { throw error("a stage must last some time", at: place) }
    }
    guard let duration else {
      guard from == to, steps == nil else {
        throw error("a rate that changes needs a time, as in `5/s..50/s for 60s`", at: start)
      }
      return [RateProfile.Stage(from: from, to: to, duration: nil)]
    }
    guard let steps else { return [RateProfile.Stage(from: from, to: to, duration: duration)] }
    return (0..<steps).map { step in
      let rate = from + (to - from) * Double(step) / Double(max(1, steps - 1))
      let (begin, end) = (
        duration.count * Int64(step) / Int64(steps), duration.count * Int64(step + 1) / Int64(steps)
      )
      return RateProfile.Stage(from: rate, to: rate, duration: Nanoseconds(end - begin))
    }
  }

  private mutating func stepCount() throws(LiteralError) -> Int {
    let count = try integer("the number of steps", in: 2...1_000)
    skipSpaces()
    let start = index
    guard word() == "steps" else { throw error("expected `steps`, as in `in 10 steps`", at: start) }
    return count
  }

  private mutating func takeWord(_ expected: String) throws(LiteralError) -> Bool {
    let start = index
    skipSpaces()
    guard let first = next, Self.isLetter(first) else {
      index = start
      return false
    }
    let place = index
    let found = word()
    if found == expected {
      skipSpaces()
      return true
    }
    guard ["in", "for"].contains(found) else {
      throw error(
        "unexpected \(quoted(found)): a rate goes on with `in N steps` or `for 30s`", at: place)
    }
    index = start
    return false
  }

  /// `20/s` or `90/m`.
  mutating func rate() throws(LiteralError) -> Double {
    let start = index
    if next == "-" { throw error("a rate cannot be negative") }
    guard let (digits, decimals) = decimal(), let number = Self.number(digits, decimals) else {
      throw error("expected a rate such as `20/s`, found \(upcoming)", at: start)
    }
    try expect("/", after: "the number of a rate")
    let place = index
    let scale: Double
    switch skip(while: Self.isLetter) {
    case "s": scale = 1
    case "m": scale = 60
    default: throw error("a rate is per second or per minute: `20/s`, `90/m`", at: place)
    }
    let rate = number / scale
    guard rate <= Limits.rate else {
      throw error("a rate is at most \(Int(Limits.rate))/s", at: start)
    }
    return rate
  }

  private static func number(_ digits: String, _ decimals: Int) -> Double? {
    guard let whole = Double(digits) else { return nil }
    return (0..<decimals).reduce(whole) { value, _ in value / 10 }
  }
}
