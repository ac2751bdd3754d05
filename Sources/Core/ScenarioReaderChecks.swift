// What the parts of a scenario make impossible for one another.

extension ScenarioReader {
  mutating func check(
    _ provider: PlacedScript, with traffic: TrafficPlaces, faults: [PlacedFault]
  ) {
    checkOrder(provider)
    checkTokens(provider)
    checkAsked(provider, traffic)
    checkDialect(provider, traffic, faults)
    if !traffic.traffic.stream { checkWhole(provider, faults: faults) }
    guard provider.isWhole, traffic.traffic.stream,
      let events = Self.events(in: provider.script, traffic: traffic.traffic)
    else { return }
    if case .event(let number) = traffic.traffic.leave, number > events,
      let position = traffic.leave
    {
      problems.add("`leave` waits for event \(number), but \(Self.sends(events))", at: position)
    }
    for fault in faults {
      if case .event(let number) = fault.rule.position, number > events {
        problems.add(
          "this fault waits for event \(number), but \(Self.sends(events))", at: fault.position)
      }
    }
  }

  /// Nothing follows the end of a connection or an endless silence; an error answer stands alone.
  private mutating func checkOrder(_ provider: PlacedScript) {
    let steps = provider.script.steps
    for (index, step) in steps.enumerated() {
      if case .error = step, steps.count > 1 {
        problems.add(
          "`error` answers instead of a stream and must be the only step; inside a stream use "
            + "`errorEvent`",
          at: provider.positions[index])
      }
    }
    for (index, step) in steps.enumerated().dropLast() {
      guard let name = Self.endlessName(step) else { continue }
      problems.add("nothing can follow \(name)", at: provider.positions[index + 1])
      return
    }
  }

  private mutating func checkTokens(_ provider: PlacedScript) {
    var total = 0
    for (step, position) in zip(provider.script.steps, provider.positions) {
      let before = total
      switch step {
      case .text(let text): total += text.tokens
      case .toolCall(let call): total += call.pieces
      default: continue
      }
      if before <= Limits.scriptTokens, total > Limits.scriptTokens {
        problems.add("a script has at most \(Limits.scriptTokens) tokens in all", at: position)
      }
    }
  }

  /// A length that is asked for and never given, or given and never asked for, is a mistake.
  private mutating func checkAsked(_ provider: PlacedScript, _ traffic: TrafficPlaces) {
    let asked = zip(provider.script.steps, provider.positions).filter { step, _ in
      if case .text(let text) = step { text.isAsked } else { false }
    }
    if asked.count > 1 {
      problems.add(
        "only one text of a script can have the length that is asked for", at: asked[1].1)
    }
    if let first = asked.first, traffic.output == nil {
      problems.add(
        "this text is as long as requests ask for, and `traffic.output` does not say how long",
        at: first.1)
    }
    if asked.isEmpty, let output = traffic.output, provider.isWhole || provider.recording != nil {
      problems.add(
        "`output` asks for answers of a length, and no text of the script has "
          + "`tokens: \"\(TextStep.askedWord)\"`",
        at: output)
    }
  }

  private mutating func checkDialect(
    _ provider: PlacedScript, _ traffic: TrafficPlaces, _ faults: [PlacedFault]
  ) {
    let dialect = traffic.traffic.dialect
    if let problem = eventProblem(dialect) {
      if let position = traffic.leave, traffic.traffic.leave?.needsEvents ?? false {
        problems.add(problem, at: position)
      }
      for fault in faults where fault.rule.position?.needsEvents ?? false {
        problems.add(problem, at: fault.position)
      }
    }
    for (step, position) in zip(provider.script.steps, provider.positions) {
      guard let problem = stepProblem(step, dialect) else { continue }
      problems.add(problem, at: position)
    }
  }

  /// An answer that is not a stream has no events to put things between.
  private mutating func checkWhole(_ provider: PlacedScript, faults: [PlacedFault]) {
    for (step, position) in zip(provider.script.steps, provider.positions) {
      let name: String
      switch step {
      case .comment: name = "comment"
      case .keepAlive: name = "keepAlive"
      case .raw: name = "raw"
      case .errorEvent: name = "errorEvent"
      default: continue
      }
      problems.add("`\(name)` is part of a stream, but `stream` is false", at: position)
    }
    for fault in faults {
      if case .event = fault.rule.position {
        problems.add(
          "this fault waits for an event, but `stream` is false", at: fault.position)
      }
    }
  }

  private static func endlessName(_ step: Step) -> String? {
    switch step {
    case .close: "`close`"
    case .reset: "`reset`"
    case .stall(nil): "a stall for ever"
    default: nil
    }
  }

  private static func sends(_ events: Int) -> String {
    events == 0 ? "the script sends none" : "the script sends only \(events)"
  }

  /// How many events with data a script sends; nil when raw bytes, a length that requests ask for, or
  /// a dialect that has more of them than steps make that unknown.
  private static func events(in script: ProviderScript, traffic: Traffic) -> Int? {
    guard traffic.dialect == Traffic().dialect else { return nil }
    var count = 0
    for step in script.steps {
      switch step {
      case .text(let text) where text.isAsked: return nil
      case .role: count += script.choices
      case .finish, .done, .errorEvent: count += 1
      case .text(let text): count += text.tokens
      case .toolCall(let call): count += 1 + call.argumentPieces.count
      case .usage: count += traffic.usage ? 1 : 0
      case .raw: return nil
      case .stall, .comment, .keepAlive, .close, .reset, .error: break
      }
    }
    return count
  }
}
