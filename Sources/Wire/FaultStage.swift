import Core

/// One rule in the row of a direction: its fault, what waits before it, and what it has to do before
/// the next item.
///
/// `steps` is kept in reverse: what a fault answered is carried out in order, and holds what comes
/// behind.
struct FaultStage: Sendable {
  enum Step: Sendable {
    case action(FaultAction)
    case pass(FlowItem)
  }

  let id: Int
  /// What the rule's random numbers hang on.
  let number: Int
  private(set) var rule: FaultRule
  private(set) var placement: FaultPlacement
  private var fault: any Fault
  private let seeds: FaultSeeds
  private let dialect: (any Dialect)?

  private var queue = FlowQueue()
  private var steps: [Step] = []
  private var stepBytes = 0
  private var blockedUntil: Instant?
  private var wakeAt: Instant?
  /// When a rule at `time(T)` strikes.
  private(set) var timeDue: Instant?
  private(set) var isStalled = false
  private var isCut = false
  /// It has been taken away, and stays to the end of what it has begun.
  private(set) var isLeaving = false
  private(set) var isGone = false

  private(set) var message: FaultMessage?
  private var isActive = false
  private var random: SplitMix64?
  private var bytesPassed = 0
  private var eventsPassed = 0
  private var counted = FaultTally()
  /// What passes means nothing: the client counts.
  private var isTold = false
  /// Strikes in the message under way whose `settled` is still to come.
  private var unsettled = 0

  init(_ rule: FaultRule, id: Int, number: Int, seeds: FaultSeeds, dialect: (any Dialect)?) {
    self.id = id
    self.number = number
    self.rule = rule
    self.seeds = seeds
    self.dialect = dialect
    placement = Faults.type(named: rule.name)?.spec.placement ?? .whole
    fault = Faults.fault(for: rule)
  }

  var plannedSteps: Int { steps.count }
  var tally: FaultTally {
    var result = counted
    if isTold { return result }
    result.mostEvents = max(result.mostEvents, eventsPassed)
    result.mostBytes = max(result.mostBytes, bytesPassed)
    return result
  }
  var isConnectionWide: Bool { rule.scope == .connection }
  var heldBytes: Int { queue.bytes + stepBytes + fault.heldBytes }
  var nextDue: Instant? {
    if isCut { return nil }
    var next = timeDue
    if isStalled { return next }
    next = .earlier(next, blockedUntil ?? wakeAt)
    return next
  }

  mutating func put(_ item: FlowItem, at now: Instant) {
    guard !isCut else { return }
    if case .chunk(var chunk) = item {
      chunk.at = now
      queue.put(.chunk(chunk))
    } else {
      queue.put(item)
    }
  }

  /// Whether a chunk that comes next passes as it is, and nothing waits here for the clock.
  var isClear: Bool {
    queue.isEmpty && steps.isEmpty && blockedUntil == nil && wakeAt == nil && timeDue == nil
      && !isStalled && !isCut && !isLeaving && fault.passesChunks(isActive: isActive)
  }

  /// A chunk has passed without being put here, as `isClear` allows.
  mutating func passed(bytes: Int, events: Int) {
    bytesPassed += bytes
    eventsPassed += events
  }

  mutating func readLimit(at now: Instant) -> (bytes: Int, more: Instant)? {
    isActive ? fault.readLimit(at: now) : nil
  }

  // MARK: - Moving on

  /// Lets pass what may pass by `now`, into `output`.
  mutating func run(at now: Instant, nonce: Nonce?, into output: inout FlowOutput) {
    while !isCut {
      strikeTime(at: now, nonce: nonce, into: &output)
      guard !isCut, !isStalled else { return }
      if let until = blockedUntil {
        guard until <= now else { return }
        blockedUntil = nil
      }
      if let step = steps.popLast() {
        perform(step, now, nonce, &output)
      } else if let due = wakeAt, due <= now {
        wakeAt = nil
        ask(.timer, now, nonce)
      } else if let item = queue.take() {
        take(item, now, nonce, &output)
      } else {
        return
      }
    }
  }

  /// The clock strikes whatever holds.
  mutating func strikeTime(at now: Instant, nonce: Nonce?, into output: inout FlowOutput) {
    guard let due = timeDue, due <= now else { return }
    timeDue = nil
    strike(planned: due, now, nonce, isAtOnce: true, &output)
  }

  /// The rule's position has come, as somebody else has found.
  mutating func strikeTold(
    bytes: Int, events: Int, message: FaultMessage, at now: Instant, into output: inout FlowOutput
  ) {
    self.message = message
    (bytesPassed, eventsPassed) = (bytes, events)
    strike(planned: now, now, message.nonce, isAtOnce: true, &output)
  }

  /// The same for a rule of the whole connection, whatever holds.
  mutating func strikeNow(at now: Instant, nonce: Nonce?, into output: inout FlowOutput) {
    strike(planned: now, now, nonce, isAtOnce: true, &output)
  }

  private mutating func take(
    _ item: FlowItem, _ now: Instant, _ nonce: Nonce?, _ output: inout FlowOutput
  ) {
    switch item {
    case .start(let next) where isConnectionWide == (next.ordinal < 0):
      begin(next, now, nonce, &output)
      steps.insert(.pass(item), at: 0)
    case .chunk(let chunk):
      ask(.chunk(chunk), now, nonce)
    case .mark(let rule) where rule == id:
      strike(planned: now, now, nonce, isAtOnce: false, &output)
    case .end where !isConnectionWide, .finish:
      ask(item == .end ? .end : .finish, now, nonce)
      steps.insert(.pass(item), at: 0)
    case .mark where rule.effect == .reshapes, .cut, .abort:
      release(now, nonce)
      steps.insert(.pass(item), at: 0)
    default: output.put(item)
    }
  }

  /// Has the fault send what it keeps, so that a place or an end behind does not overtake it. What
  /// a fault that edits keeps is an event it has not judged, which only an end may take from it.
  private mutating func release(_ now: Instant, _ nonce: Nonce?) {
    guard fault.heldBytes > 0 else { return }
    var turn = FaultTurn(now: now, random: generator(nonce), isActive: isActive, dialect: dialect)
    fault.withdraw(&turn)
    for action in turn.actions.reversed() { push(.action(action)) }
  }

  private mutating func perform(
    _ step: Step, _ now: Instant, _ nonce: Nonce?, _ output: inout FlowOutput
  ) {
    switch step {
    case .action(.again(let chunk)):
      stepBytes -= chunk.bytes.count
      ask(.chunk(chunk), now, nonce)
    case .action(let action): apply(action, now, nonce, &output)
    case .pass(let item):
      output.put(item)
      guard item == .end || item == .finish else { return }
      settle(&output)
      if isLeaving { leave(at: now, nonce: nonce, into: &output) }
    }
  }

  private mutating func begin(
    _ next: FaultMessage, _ now: Instant, _ nonce: Nonce?, _ output: inout FlowOutput
  ) {
    if message != nil { fault = Faults.fault(for: rule) }
    counted = tally
    counted.messages += 1
    message = next
    random = nil
    (bytesPassed, eventsPassed, wakeAt, isActive) = (0, 0, nil, false)
    startClock(next)
    guard rule.position == nil else { return ask(.start, now, nonce) }
    isActive = isMeant(now, nonce)
    ask(.start, now, nonce)
    if isActive, rule.effect != .cuts { report(planned: now, now, nonce, &output) }
  }

  /// Whether the rule is about this request, and the draw is for it.
  private mutating func isMeant(_ now: Instant, _ nonce: Nonce?) -> Bool {
    if let requests = rule.requests, !requests.contains(message?.request ?? 0) { return false }
    guard rule.probability < 1 else {
      counted.strikes += 1
      return true
    }
    var generator = generator(nonce)
    defer { random = generator }
    let isHit = generator.unit() < rule.probability
    if isHit { counted.strikes += 1 } else { counted.misses += 1 }
    return isHit
  }

  /// What the client has decoded of an answer in which nothing can be seen.
  mutating func noteTold(bytes: Int, events: Int) {
    isTold = true
    counted.mostEvents = max(counted.mostEvents, events)
    counted.mostBytes = max(counted.mostBytes, bytes)
  }

  private mutating func generator(_ nonce: Nonce?) -> SplitMix64 {
    if let random { return random }
    return seeds.generator(rule: number, message: message, nonce: nonce)
  }

  private mutating func ask(_ input: FaultInput, _ now: Instant, _ nonce: Nonce?) {
    let generator = generator(nonce)
    var turn = FaultTurn(
      now: now, random: generator, isActive: isActive, dialect: dialect,
      bodyLength: message?.bodyLength)
    fault.receive(input, &turn)
    // A generator that was not drawn from may still get the nonce that names it.
    if turn.random != generator { random = turn.random }
    for action in turn.actions.reversed() { push(.action(action)) }
  }

  private mutating func push(_ step: Step) {
    switch step {
    case .action(.send(let chunk)), .action(.again(let chunk)): stepBytes += chunk.bytes.count
    default: break
    }
    steps.append(step)
  }

  // MARK: - Striking

  private mutating func strike(
    planned: Instant, _ now: Instant, _ nonce: Nonce?, isAtOnce: Bool, _ output: inout FlowOutput
  ) {
    guard message != nil, isMeant(now, nonce) else { return }
    if placement == .span { isActive = true }
    if rule.effect != .cuts { report(planned: planned, now, nonce, &output) }
    let before = steps.count
    ask(.position, now, nonce)
    guard isAtOnce else { return }
    // What holds or cuts does so now, also while it holds already; what sends waits its turn.
    while steps.count > before, case .action(let action) = steps[steps.count - 1] {
      if action.sends { break }
      steps.removeLast()
      if isCutting(action) {
        output.cutAtOnce = .cut(action, strike(planned: planned, now, nonce))
        isCut = true
        return
      }
      apply(action, now, nonce, &output)
    }
  }

  private func isCutting(_ action: FaultAction) -> Bool {
    action == .close || action == .reset || action == .halfClose
  }

  private func strike(planned: Instant, _ now: Instant, _ nonce: Nonce?) -> FaultStrike {
    FaultStrike(
      rule: rule, id: id, nonce: message?.nonce ?? nonce, request: message?.request ?? 0,
      message: max(0, message?.ordinal ?? 0), planned: planned, at: now, bytesBefore: bytesPassed,
      eventsBefore: eventsPassed)
  }

  private mutating func report(
    planned: Instant, _ now: Instant, _ nonce: Nonce?, _ output: inout FlowOutput
  ) {
    output.put(.struck(strike(planned: planned, now, nonce)))
    unsettled += 1
  }

  private mutating func settle(_ output: inout FlowOutput) {
    timeDue = nil
    guard unsettled > 0 else { return }
    unsettled = 0
    output.put(.settled(id: id, bytes: bytesPassed, events: eventsPassed))
  }

  private mutating func apply(
    _ action: FaultAction, _ now: Instant, _ nonce: Nonce?, _ output: inout FlowOutput
  ) {
    switch action {
    case .send(let chunk):
      stepBytes -= chunk.bytes.count
      bytesPassed += chunk.bytes.count
      eventsPassed += chunk.events
      if !chunk.bytes.isEmpty { output.put(.chunk(chunk)) }
    case .again: break
    case .wait(let until): blockedUntil = max(blockedUntil ?? until, until)
    case .stall: isStalled = true
    case .wake(let instant): wakeAt = instant
    case .close, .halfClose, .reset, .refuse, .ignore:
      isCut = true
      queue = FlowQueue()
      steps = []
      stepBytes = 0
      output.put(.cut(action, strike(planned: now, now, nonce)))
    }
  }

  // MARK: - Changes while a connection is open

  /// Takes the settings of another rule of its fault and goes on; false if the fault cannot.
  ///
  /// The draw for the message is made anew if it is for another probability.
  mutating func change(_ new: FaultRule, at now: Instant, nonce: Nonce?) -> Bool {
    guard new.name == rule.name, new.position == rule.position, new.scope == rule.scope else {
      return false
    }
    var turn = FaultTurn(
      now: now, random: generator(nonce), isActive: isActive, dialect: dialect)
    guard fault.change(new, &turn) else { return false }
    let old = rule
    rule = new
    if new.position == nil, message != nil, new.probability != old.probability {
      isActive = isMeant(now, nonce)
    }
    for action in turn.actions.reversed() { push(.action(action)) }
    return true
  }

  /// Leaves, at once or, if the fault has to see the rest of the message, behind that.
  mutating func withdraw(at now: Instant, nonce: Nonce?, into output: inout FlowOutput) {
    isLeaving = true
    if isCut || !fault.isCommitted { leave(at: now, nonce: nonce, into: &output) }
  }

  /// Lets go of everything it holds, in order.
  private mutating func leave(at now: Instant, nonce: Nonce?, into output: inout FlowOutput) {
    isGone = true
    guard !isCut else { return }
    (blockedUntil, wakeAt, timeDue, isStalled) = (nil, nil, nil, false)
    for step in steps.reversed() {
      switch step {
      case .action(.send(let chunk)), .action(.again(let chunk)): output.put(.chunk(chunk))
      case .pass(let item): output.put(item)
      case .action: break
      }
    }
    steps = []
    stepBytes = 0
    var turn = FaultTurn(
      now: now, random: generator(nonce), isActive: isActive, dialect: dialect)
    fault.withdraw(&turn)
    for action in turn.actions {
      if case .send(let chunk) = action { output.put(.chunk(chunk)) }
      if isCutting(action) {
        isCut = true
        output.put(.cut(action, strike(planned: now, now, nonce)))
        return
      }
    }
    while let item = queue.take() {
      if case .mark(let rule) = item, rule == id { continue }
      output.put(item)
    }
    settle(&output)
  }

  /// Goes on in the middle of a message with a fault of its own state.
  mutating func join(_ current: FaultMessage?, at now: Instant) {
    guard let current else { return }
    message = current
    counted.messages += 1
    startClock(current)
    if rule.position == nil { isActive = isMeant(now, current.nonce) }
    ask(.start, now, current.nonce)
    // It is too late for a connection that stands.
    steps.removeAll { step in
      if case .action(let action) = step { action == .refuse || action == .ignore } else { false }
    }
  }

  /// A rule at `time(T)` counts from the first byte of this message.
  mutating func startClock(_ message: FaultMessage) {
    guard case .time(let offset) = rule.position, let start = message.startedAt else { return }
    timeDue = start + offset
  }
}

/// Where the rules of one connection draw their numbers from.
struct FaultSeeds: Sendable {
  let seed: UInt64
  let connection: Int

  /// By the nonce that names the exchange, else by the ordinals of connection and message.
  func generator(rule: Int, message: FaultMessage?, nonce: Nonce?) -> SplitMix64 {
    let ordinal = max(0, message?.ordinal ?? 0)
    let unnamed = UInt64(truncatingIfNeeded: connection) << 32 | UInt64(ordinal)
    let isWide = (message?.ordinal ?? 0) < 0
    return SplitMix64(
      seed: seed, rule: RandomRule.fault + UInt64(rule),
      ordinal: isWide ? UInt64(connection) : (message?.nonce ?? nonce)?.value ?? unnamed)
  }
}

extension FaultAction {
  /// Whether bytes wait for their turn in it.
  fileprivate var sends: Bool {
    switch self {
    case .send, .again: true
    default: false
    }
  }
}

/// What a stage gives to the next.
struct FlowOutput: Sendable {
  var items: [FlowItem] = []
  /// A cut that waits for nothing that is still held.
  var cutAtOnce: FlowItem?

  mutating func put(_ item: FlowItem) { items.append(item) }
}
