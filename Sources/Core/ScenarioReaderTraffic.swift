/// The traffic, and where those of its settings are written that may contradict others.
struct TrafficPlaces {
  var traffic = Traffic()
  var streams: SourcePosition?
  var concurrency: SourcePosition?
  var think: SourcePosition?
  var usage: SourcePosition?
  var leave: SourcePosition?
  var prompt: SourcePosition?
  var output: SourcePosition?
}

extension ScenarioReader {
  mutating func traffic(_ member: JSON5Member) -> TrafficPlaces {
    var result = TrafficPlaces()
    guard let fields = fields(of: member.value, "`traffic`", keys: ScenarioKeys.traffic) else {
      return result
    }
    let defaults = Traffic()
    result.traffic.dialect = fields["dialect"].flatMap { dialect($0) } ?? defaults.dialect
    result.traffic.model = fields["model"].flatMap { filledText($0) } ?? defaults.model
    result.traffic.prompt = fields["prompt"].flatMap { prompt($0) } ?? defaults.prompt
    result.traffic.output = fields["output"].flatMap { lengths($0) }
    result.traffic.streams =
      fields["streams"].flatMap { count($0, in: 1...Limits.streams) } ?? defaults.streams
    result.traffic.concurrency =
      fields["concurrency"].flatMap { count($0, in: 1...Limits.concurrency) }
      ?? defaults.concurrency
    result.traffic.warmup =
      fields["warmup"].flatMap { count($0, in: 0...Limits.streams) } ?? defaults.warmup
    result.traffic.arrivals = fields["arrivals"].flatMap { arrivals($0) } ?? defaults.arrivals
    result.traffic.think = fields["think"].flatMap { distribution($0) } ?? defaults.think
    result.traffic.duration = fields["duration"].flatMap { timeout($0) }
    result.traffic.stop = fields["stop"].map { stopRules($0) } ?? []
    result.traffic.seed = fields["seed"].flatMap { whole($0, in: 0...UInt64.max) }
    result.traffic.stream = fields["stream"].flatMap { bool($0) } ?? defaults.stream
    // Usage is part of every answer that is not a stream; there is nothing to ask for.
    result.traffic.usage = fields["usage"].flatMap { bool($0) } ?? result.traffic.stream
    result.traffic.leave = fields["leave"].flatMap { leave($0) }
    result.traffic.connections =
      fields["connections"].flatMap { choice($0, of: Traffic.ConnectionPolicy.self) }
      ?? defaults.connections
    result.traffic.http =
      fields["http"].flatMap { choice($0, of: Traffic.HTTPVersion.self) } ?? defaults.http
    result.traffic.timeouts = fields["timeouts"].map { timeouts($0) } ?? defaults.timeouts
    result.traffic.twins = fields["twins"].flatMap { count($0, in: 0...Limits.twins) }
    result.traffic.purpose =
      fields["purpose"].flatMap { choice($0, of: Traffic.Purpose.self) } ?? defaults.purpose
    result.streams = fields["streams"]?.value.position
    result.concurrency = fields["concurrency"]?.value.position
    result.think = fields["think"]?.value.position
    result.usage = fields["usage"]?.value.position
    result.leave = fields["leave"]?.value.position
    result.prompt = fields["prompt"]?.value.position
    result.output = fields["output"]?.value.position
    if result.streams == nil, result.traffic.endsByTime {
      // Time says when it is over, and nothing else does.
      result.traffic.streams = Limits.streams
    }
    check(result)
    return result
  }

  private mutating func stopRules(_ member: JSON5Member) -> [StopRule] {
    literals(in: member, like: "errors.rate > 0.1") { (scalars) throws(LiteralError) in
      try StopRule(scalars: scalars)
    }.map(\.value)
  }

  private mutating func dialect(_ member: JSON5Member) -> String? {
    guard let name = filledText(member) else { return nil }
    guard let dialects, !dialects.contains(name) else { return name }
    let hint = Suggestion.phrase(for: name, in: dialects)
    problems.add(
      "unknown dialect \(quoted(name))"
        + (hint.isEmpty ? "; there are \(dialects.joined(separator: ", "))" : hint),
      at: member.value.position)
    return nil
  }

  private mutating func leave(_ member: JSON5Member) -> Position? {
    literal(member.value, "`leave`", like: "event(5)") { (text) throws(LiteralError) in
      let position = try LiteralScanner.whole(text) { (scanner) throws(LiteralError) in
        try scanner.position()
      }
      switch position {
      case .event, .byte, .time: return position
      default:
        throw LiteralError(
          offset: 0, message: "a client leaves at `event(N)`, `byte(N)` or `time(…)`")
      }
    }
  }

  private mutating func timeouts(_ member: JSON5Member) -> Timeouts {
    var result = Timeouts()
    guard let fields = fields(of: member.value, "`timeouts`", keys: ScenarioKeys.timeouts) else {
      return result
    }
    result.connect = fields["connect"].flatMap { timeout($0) } ?? result.connect
    result.tls = fields["tls"].flatMap { timeout($0) } ?? result.tls
    result.firstByte = fields["firstByte"].flatMap { timeout($0) } ?? result.firstByte
    result.idle = fields["idle"].flatMap { timeout($0) } ?? result.idle
    result.total = fields["total"].flatMap { timeout($0) } ?? result.total
    return result
  }

  private mutating func timeout(_ member: JSON5Member) -> Nanoseconds? {
    let duration = literal(member.value, quoted(member.key), like: "5s") {
      (text) throws(LiteralError) in
      try LiteralScanner.whole(text) { (scanner) throws(LiteralError) in try scanner.duration() }
    }
    guard let duration else { return nil }
    guard duration > .zero else {
      problems.add("\(quoted(member.key)) must be above zero", at: member.value.position)
      return nil
    }
    return duration
  }

  /// What contradicts itself within the traffic.
  private mutating func check(_ places: TrafficPlaces) {
    checkLoop(places)
    checkPrompt(places)
    let traffic = places.traffic
    if traffic.stream { return }
    if traffic.usage, let position = places.usage {
      problems.add(
        "`usage` asks for the usage event of a stream, but `stream` is false", at: position)
    }
    if case .event = traffic.leave, let position = places.leave {
      problems.add("`leave` waits for an event, but `stream` is false", at: position)
    }
  }

  private mutating func checkLoop(_ places: TrafficPlaces) {
    let traffic = places.traffic
    if traffic.arrivals != .closed {
      if let position = places.concurrency {
        problems.add(
          "`concurrency` is of a closed loop: in an open one nothing waits for an answer",
          at: position)
      }
      if let position = places.think {
        problems.add("`think` is of a closed loop, in which a slot rests", at: position)
      }
      return
    }
    if let position = places.concurrency, traffic.concurrency > traffic.streams + traffic.warmup {
      problems.add(
        "`concurrency` is \(traffic.concurrency), but there are only "
          + "\(traffic.streams + traffic.warmup) streams",
        at: position)
    }
  }
}
