extension ScenarioReader {
  /// A text that every stream sends, or how each stream's is made.
  mutating func prompt(_ member: JSON5Member) -> PromptPlan? {
    if case .string = member.value.kind { return filledText(member).map { PromptPlan(fixed: $0) } }
    guard case .object = member.value.kind else {
      wrongType(
        member.value, "`prompt`", "a string or an object such as { template: \"Question {n}\" }")
      return nil
    }
    guard let fields = fields(of: member.value, "`prompt`", keys: ScenarioKeys.prompt) else {
      return nil
    }
    let kinds = ["template", "turns", "file"].compactMap { fields[$0] }
    if kinds.count > 1 {
      problems.add(
        "`\(kinds[1].key)` cannot stand beside `\(kinds[0].key)`: a prompt is one of template, turns "
          + "and file", at: kinds[1].position)
      return nil
    }
    var plan = PromptPlan(turns: [])
    plan.text = fillText(fields)
    switch kinds.first {
    case let kind? where kind.key == "template":
      plan.turns = [template(kind.value, "`template`")]
        .compactMap(\.self)
    case let kind? where kind.key == "turns": plan.turns = turns(kind)
    case let kind?: read(kind, into: &plan)
    case nil where plan.text != nil: plan.turns = [PromptTemplate(.text)]
    case nil:
      if fields["words"] == nil, fields["bytes"] == nil {
        problems.add(
          "a prompt needs one of template, turns, file, words and bytes", at: member.value.position)
      }
    }
    plan.system = fields["system"].flatMap { template($0.value, "`system`") }
    if let lines = fields["lines"] { plan.lines = self.lines(lines) ?? [] }
    guard !plan.turns.isEmpty else { return nil }
    checkPlaces(plan, fields)
    return plan
  }

  /// A number, the literal of a distribution, or `"trace"`.
  mutating func lengths(_ member: JSON5Member) -> LengthSource? {
    if case .number = member.value.kind {
      return count(member, in: 1...Limits.lengths).map { .drawn(Lengths($0)) }
    }
    if case .string(let text) = member.value.kind, text.text == "trace" { return .trace }
    let files = self.files
    return literal(member.value, quoted(member.key), like: "lognormal(p50=200, p99=2000)") {
      (text) throws(LiteralError) in
      .drawn(try Lengths(scalars: text, files: files))
    }
  }

  // MARK: Parts

  private mutating func fillText(_ fields: Fields) -> PromptPlan.Text? {
    if fields["words"] != nil, let bytes = fields["bytes"] {
      problems.add("a length is in `words` or in `bytes`, not in both", at: bytes.position)
      return nil
    }
    for unit in PromptPlan.Text.Unit.allCases {
      guard let member = fields[unit.rawValue] else { continue }
      return lengths(member).map { PromptPlan.Text(unit: unit, length: $0) }
    }
    return nil
  }

  private mutating func template(_ value: JSON5Value, _ what: String) -> PromptTemplate? {
    if case .string(let text) = value.kind, text.scalars.isEmpty {
      problems.add("\(what) must not be empty", at: value.position)
      return nil
    }
    return literal(value, what, like: "Question {n}: {line}") { (text) throws(LiteralError) in
      try PromptTemplate(literal: text)
    }
  }

  private mutating func turns(_ member: JSON5Member) -> [PromptTemplate] {
    guard let elements = elements(member) else { return [] }
    guard (1...Limits.turns).contains(elements.count) else {
      problems.add("`turns` has 1 to \(Limits.turns) of them", at: member.value.position)
      return []
    }
    let turns = elements.compactMap { template($0, "a turn") }
    return turns.count == elements.count ? turns : []
  }

  /// `*.jsonl` has whole requests, any other file one prompt a line.
  private mutating func read(_ member: JSON5Member, into plan: inout PromptPlan) {
    guard let name = filledText(member) else { return }
    if name.hasSuffix(".jsonl") {
      guard let requests = contents(name, member, PromptFile.requests) else { return }
      plan.requests = requests
    } else {
      guard let lines = contents(name, member, PromptFile.lines) else { return }
      plan.lines = lines
    }
    plan.turns = [PromptTemplate(.line)]
  }

  private mutating func lines(_ member: JSON5Member) -> [String]? {
    guard let name = filledText(member) else { return nil }
    return contents(name, member, PromptFile.lines)
  }

  private mutating func contents<Value>(
    _ name: String, _ member: JSON5Member,
    _ read: ([UInt8]) throws(SampleFileError) -> Value
  ) -> Value? {
    guard let files else {
      problems.add("no file can be named here", at: member.value.position)
      return nil
    }
    let bytes: [UInt8]
    do throws(SampleFileError) {
      bytes = try files(name)
    } catch {
      problems.add(error.message, at: member.value.position)
      return nil
    }
    do throws(SampleFileError) {
      return try read(bytes)
    } catch {
      problems.add("\(quoted(name)): \(error.message)", at: member.value.position)
      return nil
    }
  }

  // MARK: What contradicts itself

  /// A file that nothing reads, or a place that nothing fills, is a mistake.
  private mutating func checkPlaces(_ plan: PromptPlan, _ fields: Fields) {
    let templates = plan.turns + [plan.system].compactMap(\.self)
    let position = fields.position
    if let file = fields["file"] {
      for key in ["lines", "words", "bytes"] {
        guard let other = fields[key] else { continue }
        problems.add(
          "`\(key)` cannot stand beside `file`, whose prompts are whole", at: other.position)
      }
      if !plan.requests.isEmpty, let system = fields["system"] {
        problems.add(
          "`system` cannot stand beside \(quoted(file.key)) of requests, which have their own",
          at: system.position)
      }
      return
    }
    let usesLine = templates.contains { $0.has(.line) }
    if usesLine, fields["lines"] == nil {
      problems.add("`{line}` needs a file of `lines`", at: position)
    } else if !usesLine, let lines = fields["lines"] {
      problems.add("no template has a `{line}`, so nothing is read from this", at: lines.position)
    }
    let usesText = templates.contains { $0.has(.text) }
    let length = fields["words"] ?? fields["bytes"]
    if usesText, length == nil {
      problems.add("`{text}` needs its length in `words` or `bytes`", at: position)
    } else if !usesText, let length {
      problems.add("no template has a `{text}` to be so long", at: length.position)
    }
  }

  mutating func checkPrompt(_ places: TrafficPlaces) {
    let traffic = places.traffic
    var isTrace = false
    if case .trace = traffic.arrivals { isTrace = true }
    for (source, position) in [
      (traffic.prompt.text?.length, places.prompt), (traffic.output, places.output),
    ] where source == .trace && !isTrace {
      guard let position else { continue }
      problems.add(
        "there is no trace to take lengths from; `arrivals` would name it", at: position)
    }
    guard traffic.prompt.isConversation, let position = places.prompt else { return }
    if traffic.arrivals != .closed {
      problems.add(
        "`turns` need a closed loop: each waits for the answer to the one before", at: position)
    }
    if traffic.leave != nil {
      problems.add(
        "`turns` carry the answers before them, but with `leave` there is none", at: position)
    }
  }
}
