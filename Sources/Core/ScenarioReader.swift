/// Reads one scenario file (format: `scenarios/README.md`).
///
/// Everything that is wrong is reported in one go, each error with its place: unknown keys, wrong
/// types, numbers out of range, literals down to the character, and combinations that could never
/// happen, because a scenario that silently does not do what it says measures nothing.
package struct ScenarioReader {
  var problems: Problems
  /// After an error of syntax what is missing may only have been passed over.
  let isWhole: Bool
  /// The dialects there are, or nil to take any name.
  let dialects: [String]?
  /// The faults there are.
  let specs: [FaultSpec]
  /// What is wrong with a rule whose settings are each in range.
  let problem: (FaultRule) -> String?
  /// What the dialect of that name cannot say of a step.
  let stepProblem: (Step, String) -> String?
  /// Why nothing can wait for an event in the dialect of that name.
  let eventProblem: (String) -> String?
  /// Reads the files of `empirical("FILE")`.
  let files: SampleFiles?
  /// Reads the recordings that providers play.
  let recordings: RecordedScripts?

  /// Reads the bytes of a file; `path` only stands in the messages.
  ///
  /// Core knows no dialect and no fault by itself: pass `dialects` to have `traffic.dialect`
  /// checked, `stepProblem` and `eventProblem` to have the script checked against it, and the specifications of the
  /// `faults` that rules may ask for and what finds the `problem` in a rule. It reads no file either: `files` does, where a distribution names one, and
  /// `recordings` where a provider plays one.
  package static func read(
    _ bytes: [UInt8], path: String, dialects: [String]? = nil, faults: [FaultSpec],
    problem: @escaping (FaultRule) -> String? = { _ in nil },
    stepProblem: @escaping (_ step: Step, _ dialect: String) -> String? = { _, _ in nil },
    eventProblem: @escaping (_ dialect: String) -> String? = { _ in nil },
    files: SampleFiles? = nil,
    recordings: RecordedScripts? = nil
  ) throws(ScenarioErrors) -> Scenario {
    let (root, problems) = JSON5Parser.parse(bytes)
    var reader = ScenarioReader(
      problems: problems, isWhole: problems.isEmpty, dialects: dialects, specs: faults,
      problem: problem, stepProblem: stepProblem, eventProblem: eventProblem, files: files,
      recordings: recordings)
    let scenario = root.flatMap { reader.scenario($0) }
    guard reader.problems.isEmpty, let scenario else {
      throw reader.problems.errors(path: path)
    }
    return scenario
  }

  private mutating func scenario(_ root: JSON5Value) -> Scenario? {
    guard let fields = fields(of: root, "a scenario", keys: ScenarioKeys.root) else { return nil }
    if let schema = fields["$schema"] { _ = string(schema) }
    let name = fields["name"].flatMap { self.name($0) }
    require("name", in: fields)
    let about = fields["about"].flatMap { line($0) } ?? ""
    var provider = fields["provider"].flatMap { self.provider($0) }
    require("provider", in: fields)
    let traffic = fields["traffic"].map { self.traffic($0) } ?? TrafficPlaces()
    let faults = fields["faults"].map { self.faults($0) } ?? []
    let expect = fields["expect"].map { expectations($0) } ?? []
    if let recording = provider?.recording {
      provider?.script = script(of: recording, traffic: traffic.traffic) ?? ProviderScript()
    }
    let goodput = fields["goodput"].map { objectives($0) } ?? []
    if let provider {
      check(provider, with: traffic, faults: faults)
    }
    guard let name, let provider else { return nil }
    return Scenario(
      name: name, about: about, provider: provider.script, traffic: traffic.traffic,
      faults: faults.map(\.rule), expect: expect, goodput: goodput)
  }

  /// `area/name`: lower-case letters, digits, `-`, `_`, `.`, with `/` between areas.
  private mutating func name(_ member: JSON5Member) -> String? {
    guard let text = string(member) else { return nil }
    let odd = text.scalars.firstIndex { scalar in
      !("a" <= scalar && scalar <= "z") && !JSON5Class.isDigit(scalar)
        && !["-", "_", ".", "/"].contains(scalar)
    }
    if let odd {
      problems.add(
        "a name has lower-case letters, digits, `-`, `_`, `.` and `/`, found "
          + quoted([text.scalars[odd]]),
        at: text.position(of: odd))
      return nil
    }
    guard !text.scalars.isEmpty else {
      problems.add("`name` must not be empty", at: member.value.position)
      return nil
    }
    return text.text
  }

  private mutating func expectations(_ member: JSON5Member) -> [Expectation] {
    literals(in: member, like: "ttft.p99 < 200ms") { (scalars) throws(LiteralError) in
      try Expectation(scalars: scalars)
    }.map(\.value)
  }

  private mutating func objectives(_ member: JSON5Member) -> [Expectation] {
    literals(in: member, like: "ttft < 200ms") { (scalars) throws(LiteralError) in
      try Expectation(objective: scalars)
    }.map(\.value)
  }

  private mutating func faults(_ member: JSON5Member) -> [PlacedFault] {
    guard let fields = fields(of: member.value, "`faults`", keys: ScenarioKeys.faults) else {
      return []
    }
    var result: [PlacedFault] = []
    let (specs, problem, files) = (self.specs, self.problem, self.files)
    for (key, leg) in [("legA", Leg.a), ("legB", Leg.b)] {
      guard let list = fields[key] else { continue }
      let rules = literals(in: list, like: "reset at event(5)") { (scalars) throws(LiteralError) in
        let rule = try FaultRule(scalars: scalars, leg: leg, specs: specs, files: files)
        if let problem = problem(rule) { throw LiteralError(offset: 0, message: problem) }
        return rule
      }
      result += rules.map { PlacedFault(rule: $0.value, position: $0.position) }
    }
    return result
  }
}

/// A fault and where it is written.
struct PlacedFault {
  var rule: FaultRule
  var position: SourcePosition
}
