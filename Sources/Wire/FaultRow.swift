import Core

/// The faults of one direction of a connection, one behind the other.
struct FaultRow: Sendable {
  let direction: FaultDirection
  private(set) var stages: [FaultStage] = []
  private let seeds: FaultSeeds
  private var dialect: (any Dialect)?
  private let readsHTTP: Bool
  private var analyser: FaultAnalyser
  private var framer: MessageFramer
  /// What the next message belongs to.
  var exchange = FaultMessage(ordinal: 0, request: 0, nonce: nil, startedAt: nil)
  /// The message whose end has not been let through, as it left the last fault.
  private var current: FaultMessage?
  private var connection: FaultMessage?
  private(set) var isOver = false

  init(
    _ direction: FaultDirection, seeds: FaultSeeds, dialect: (any Dialect)?, readsHTTP: Bool
  ) {
    self.direction = direction
    self.seeds = seeds
    self.dialect = dialect
    self.readsHTTP = readsHTTP
    analyser = FaultAnalyser(
      direction == .upstream ? .requests : .responses, places: FaultPlaces([], dialect: dialect),
      readsHTTP: readsHTTP)
    framer = MessageFramer(direction)
  }

  var isEmpty: Bool { stages.isEmpty }
  // Through a span: an element of an array is copied for each question to it, and a stage is large.
  var heldBytes: Int {
    let row = stages.span
    var sum = 0
    for index in row.indices { sum += row[index].heldBytes }
    return sum
  }
  var isStalled: Bool { stages.contains(where: \.isStalled) }
  var nextDue: Instant? {
    guard !isOver else { return nil }
    let row = stages.span
    var next: Instant?
    for index in row.indices { next = .earlier(next, row[index].nextDue) }
    return next
  }
  var isBetween: Bool { analyser.isBetween }
  var messages: Int { analyser.messages }
  var events: Int { analyser.eventsSeen }

  mutating func takeHeads() -> [Bool] { analyser.takeHeads() }
  mutating func expectResponse(toHEAD: Bool) { analyser.expectResponse(toHEAD: toHEAD) }

  // MARK: - Rules

  /// Rules that come later are carried out in this dialect.
  mutating func speak(_ dialect: (any Dialect)?) { self.dialect = dialect }

  mutating func install(_ rule: FaultRule, id: Int, number: Int) {
    stages.append(FaultStage(rule, id: id, number: number, seeds: seeds, dialect: dialect))
    analyser.change(FaultPlaces(stages, dialect: dialect))
  }

  /// Adds a rule behind the others; it meets what leaves them from now on.
  mutating func add(
    _ rule: FaultRule, id: Int, number: Int, at now: Instant, into actions: inout Actions
  ) {
    guard !isOver else { return }
    install(rule, id: id, number: number)
    let message = rule.scope == .connection ? connection : current
    if !isTooLate(rule, message) { stages[stages.count - 1].join(message, at: now) }
    run(at: now, into: &actions)
  }

  /// A message that its sender has framed cannot be edited any more; the next one can.
  private func isTooLate(_ rule: FaultRule, _ message: FaultMessage?) -> Bool {
    guard let message, readsHTTP, rule.scope == .message, !message.isTakenApart else {
      return false
    }
    return Faults.type(named: rule.name)?.spec.takesApart == true
  }

  mutating func update(_ rule: FaultRule, id: Int, at now: Instant, into actions: inout Actions) {
    guard let index = index(of: id) else { return }
    if stages[index].change(rule, at: now, nonce: exchange.nonce) {
      analyser.change(FaultPlaces(stages, dialect: dialect))
      return run(at: now, into: &actions)
    }
    var output = FlowOutput()
    let old = stages[index]
    stages[index].withdraw(at: now, nonce: exchange.nonce, into: &output)
    var new = FaultStage(rule, id: id, number: old.number, seeds: seeds, dialect: dialect)
    new.join(old.message, at: now)
    stages.insert(new, at: index + 1)
    analyser.change(FaultPlaces(stages, dialect: dialect))
    pass(output, from: index + 1, at: now, &actions)
    run(at: now, into: &actions)
  }

  /// Takes a rule away; what it holds passes on.
  mutating func withdraw(id: Int, at now: Instant, into actions: inout Actions) {
    guard let index = index(of: id) else { return }
    var output = FlowOutput()
    stages[index].withdraw(at: now, nonce: exchange.nonce, into: &output)
    pass(output, from: index, at: now, &actions)
    run(at: now, into: &actions)
  }

  private func index(of id: Int) -> Int? {
    stages.firstIndex { $0.id == id && !$0.isLeaving }
  }

  /// Drops the stages of rules that have been taken away.
  private mutating func removeGone() {
    guard stages.contains(where: \.isGone) else { return }
    stages.removeAll(where: \.isGone)
    analyser.change(FaultPlaces(stages, dialect: dialect))
  }

  mutating func readLimit(at now: Instant) -> (bytes: Int, more: Instant)? {
    var limit: (bytes: Int, more: Instant)?
    for index in stages.indices {
      guard let next = stages[index].readLimit(at: now) else { continue }
      if next.bytes < limit?.bytes ?? .max { limit = next }
    }
    return limit
  }

  // MARK: - What flows

  typealias Actions = [FaultPipeline.Action]

  mutating func open(at now: Instant, into actions: inout Actions) {
    connection = FaultMessage(ordinal: -1, request: 0, nonce: nil, startedAt: now)
    guard let connection, !stages.isEmpty else { return }
    put(.start(connection), at: now, &actions)
    run(at: now, into: &actions)
  }

  mutating func receive(_ bytes: [UInt8], at now: Instant, into actions: inout Actions) {
    guard !isOver else { return }
    for item in analyser.cut(bytes, exchange: exchange, at: now) { put(item, at: now, &actions) }
    run(at: now, into: &actions)
  }

  /// Whether no rule holds anything or waits for the clock, and none would do more to the next bytes
  /// than let them pass.
  var isClear: Bool {
    guard !isOver else { return false }
    let row = stages.span
    for index in row.indices where !row[index].isClear { return false }
    return true
  }

  /// While it is clear: takes bytes that pass as they are, in one write, and says how many events end
  /// in them; nil, and nothing is taken, for any others. It stays clear.
  mutating func pass(_ bytes: Span<UInt8>) -> Int? {
    guard let events = analyser.pass(bytes) else { return nil }
    for index in stages.indices { stages[index].passed(bytes: bytes.count, events: events) }
    return events
  }

  /// Bytes that mean nothing: only rules of the whole connection and told ones act.
  mutating func receiveBlind(_ bytes: [UInt8], at now: Instant, into actions: inout Actions) {
    guard !isOver else { return }
    put(.chunk(FaultChunk(.raw, bytes[...], at: now)), at: now, &actions)
    run(at: now, into: &actions)
  }

  mutating func startBlind(_ message: FaultMessage, at now: Instant, into actions: inout Actions) {
    guard !isOver else { return }
    put(.start(message), at: now, &actions)
    for stage in stages
    where stage.rule.position == .beforeHeaders || stage.rule.position == .byte(0) {
      put(.mark(rule: stage.id), at: now, &actions)
    }
    run(at: now, into: &actions)
  }

  /// The sender ended its direction: with FIN, or by a reset.
  mutating func endOfStream(reset: Bool, at now: Instant, into actions: inout Actions) {
    guard !isOver else { return }
    for item in analyser.close(exchange: exchange, at: now) { put(item, at: now, &actions) }
    put(reset ? .abort : .finish, at: now, &actions)
    run(at: now, into: &actions)
  }

  mutating func strikeTold(
    _ index: Int, bytes: Int, events: Int, message: FaultMessage, at now: Instant,
    into actions: inout Actions
  ) {
    guard !isOver else { return }
    var output = FlowOutput()
    stages[index].strikeTold(
      bytes: bytes, events: events, message: message, at: now, into: &output)
    pass(output, from: index, at: now, &actions)
  }

  mutating func strikeNow(id: Int, at now: Instant, into actions: inout Actions) {
    guard !isOver, let index = index(of: id) else { return }
    var output = FlowOutput()
    stages[index].strikeNow(at: now, nonce: exchange.nonce, into: &output)
    pass(output, from: index, at: now, &actions)
  }

  mutating func noteTold(bytes: Int, events: Int) {
    for index in stages.indices { stages[index].noteTold(bytes: bytes, events: events) }
  }

  mutating func startClock(_ message: FaultMessage) {
    for index in stages.indices { stages[index].startClock(message) }
  }

  /// Lets pass what may pass by `now`. The clock strikes before anything moves.
  mutating func run(at now: Instant, into actions: inout Actions) {
    for index in stages.indices {
      var output = FlowOutput()
      stages[index].strikeTime(at: now, nonce: exchange.nonce, into: &output)
      pass(output, from: index, at: now, &actions)
    }
    for index in stages.indices where !isOver {
      var output = FlowOutput()
      stages[index].run(at: now, nonce: exchange.nonce, into: &output)
      pass(output, from: index, at: now, &actions)
    }
    removeGone()
  }

  private mutating func put(_ item: FlowItem, at now: Instant, _ actions: inout Actions) {
    if stages.isEmpty { emit(item, now, &actions) } else { stages[0].put(item, at: now) }
  }

  private mutating func pass(
    _ output: FlowOutput, from index: Int, at now: Instant, _ actions: inout Actions
  ) {
    for item in output.items {
      switch item {
      case .struck, .settled: emit(item, now, &actions)
      default:
        if index + 1 < stages.count {
          stages[index + 1].put(item, at: now)
        } else {
          emit(item, now, &actions)
        }
      }
    }
    if let cut = output.cutAtOnce { emit(cut, now, &actions) }
  }

  private mutating func emit(_ item: FlowItem, _ now: Instant, _ actions: inout Actions) {
    guard !isOver else { return }
    switch item {
    case .start(let message):
      guard message.ordinal >= 0 else { return }
      current = message
      framer.start(toHEAD: !message.hasBody)
    case .chunk(let chunk):
      let bytes = current?.isTakenApart == true ? framer.frame(chunk) : chunk.bytes
      if !bytes.isEmpty { actions.append(.send(direction, bytes)) }
    case .end:
      if current?.isTakenApart == true { endFrame(&actions) }
      current = nil
    case .mark: break
    case .struck(let strike): actions.append(.struck(strike))
    case .settled(let id, let bytes, let events):
      actions.append(.settled(id: id, bytes: bytes, events: events))
    case .finish: actions.append(.finish(direction))
    case .abort:
      actions.append(.abort(direction))
      isOver = true
    case .cut(let action, var strike):
      strike.at = now
      actions.append(.struck(strike))
      actions.append(
        .settled(id: strike.id, bytes: strike.bytesBefore, events: strike.eventsBefore))
      end(action, &actions)
    }
  }

  private mutating func endFrame(_ actions: inout Actions) {
    let (bytes, mustClose) = framer.end()
    if !bytes.isEmpty { actions.append(.send(direction, bytes[...])) }
    if mustClose { end(.close, &actions) }
  }

  private mutating func end(_ action: FaultAction, _ actions: inout Actions) {
    isOver = true
    switch action {
    case .halfClose: actions.append(.finish(direction))
    case .reset: actions.append(.reset)
    case .refuse: actions.append(.refuse)
    case .ignore: actions.append(.ignore)
    default: actions.append(.close)
    }
  }
}
