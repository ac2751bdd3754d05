import Core

/// The faults in a row and the queue before them: decides what passes when.
///
/// `work` is what has to be done before the head of the queue may move: what a fault answered is
/// pushed in reverse, so that it is carried out depth first and in order.
struct FaultLine: Sendable {
  private enum Work: Sendable {
    case chunk(FaultChunk, to: Int)
    case action(FaultAction, of: Int)
    case strike(Int, answer: Int)
    /// A piece of the answer has passed as a whole.
    case passed(bytes: Int, events: Int)
  }

  private var faults: [any Fault] = []
  private var rules: [FaultRule] = []
  /// The rule's number in the scenario, which its random numbers hang on.
  private var numbers: [UInt64] = []
  private let seed: UInt64
  private let connection: Int

  private var queue = FaultQueue()
  private var work: [Work] = []
  private var actions: [FaultAction] = []
  private var output: [FaultPipeline.Action] = []
  private var blockedUntil: Instant?
  /// Never empty. One while HTTP is read; one for each of the last requests while the client tells.
  private var answers: [FaultAnswer] = []
  private var answerCount = 0

  private(set) var isStalled = false
  private(set) var isOver = false
  /// The nonce of the request under way, for an answer that began before it was known.
  var lateNonce: Nonce?

  /// Answers remembered while the client tells: more requests than one connection multiplexes.
  private static let rememberedAnswers = 256

  init(rules all: [FaultRule], leg: Leg, seed: UInt64, connection: Int) {
    self.seed = seed
    self.connection = connection
    for (number, rule) in all.enumerated() where rule.leg == leg {
      faults.append(Faults.fault(for: rule))
      rules.append(rule)
      numbers.append(UInt64(number))
    }
    addAnswer(nil, startedAt: nil)
  }

  var isEmpty: Bool { faults.isEmpty }
  var positions: [Position] { rules.map { $0.position ?? .byte(0) } }
  var heldBytes: Int { queue.bytes }

  var nextDue: Instant? {
    guard !isOver else { return nil }
    var next = isStalled ? nil : blockedUntil
    for answer in answers where answer.startedAt != nil {
      for index in faults.indices where !answer.struck[index] {
        guard let due = answer.due(positions[index]) else { continue }
        next = min(next ?? due, due)
      }
    }
    return next
  }

  mutating func put(_ element: FaultElement) {
    if !isOver { queue.put(element) }
  }

  /// Lets pass what may pass by `now`.
  mutating func run(at now: Instant) -> [FaultPipeline.Action] {
    while !isOver {
      if strikeDue(now) { continue }
      if isStalled { break }
      if let until = blockedUntil {
        guard until <= now else { break }
        blockedUntil = nil
      }
      if let item = work.popLast() {
        perform(item, now)
      } else if let element = queue.take() {
        release(element)
      } else {
        break
      }
    }
    if isOver { queue = FaultQueue() }
    defer { output.removeAll() }
    return output
  }

  // MARK: - The client tells

  /// A request leaves whose answer is the next.
  mutating func expectToldAnswer(_ nonce: Nonce) {
    if answers.count >= Self.rememberedAnswers { answers.removeFirst() }
    addAnswer(nonce, startedAt: nil)
  }

  mutating func tell(_ nonce: Nonce, events: Int, bytes: Int, at now: Instant) {
    var index = answers.lastIndex { $0.nonce == nonce }
    if index == nil, answers.count == 1, answers[0].nonce == nil {
      answers[0].nonce = nonce
      index = 0
    } else if index == nil {
      expectToldAnswer(nonce)
    }
    let found = index ?? answers.count - 1
    if answers[found].startedAt == nil { answers[found].startedAt = now }
    answers[found].bytes = bytes
    answers[found].events = events
    meetPositions(of: found)
  }

  // MARK: - What passes

  private mutating func release(_ element: FaultElement) {
    let last = answers.count - 1
    switch element {
    case .start(let nonce, let instant):
      answers.removeAll()
      addAnswer(nonce, startedAt: instant)
      meetPositions(of: 0)
    case .toldStart(let instant):
      if answers[last].startedAt == nil { answers[last].startedAt = instant }
      meetPositions(of: last)
    case .bytes(let chunk):
      work.append(.passed(bytes: chunk.bytes.count, events: chunk.events))
      work.append(.chunk(chunk, to: 0))
    case .toldBytes(let chunk):
      // Until the client tells better, what the record says is the bytes of the tunnel.
      if answers[last].nonce == nil { answers[last].bytes += chunk.bytes.count }
      work.append(.chunk(chunk, to: 0))
    case .end:
      answers[last].startedAt = nil
    case .finish:
      for index in answers.indices { answers[index].startedAt = nil }
      output.append(.finish)
    case .abort:
      output.append(.abort)
      isOver = true
    }
  }

  private mutating func perform(_ item: Work, _ now: Instant) {
    switch item {
    case .chunk(let chunk, let index) where index == faults.count:
      if !chunk.bytes.isEmpty { output.append(.send(chunk.bytes)) }
    case .chunk(let chunk, let index):
      ask(index, chunk, answer: answers.count - 1, now)
      pushActions(of: index)
    case .action(let action, let index):
      apply(action, of: index)
    case .strike(let index, let ordinal):
      guard let answer = answers.firstIndex(where: { $0.ordinal == ordinal }) else { return }
      strike(index, answer: answer, now)
    case .passed(let bytes, let events):
      let last = answers.count - 1
      guard answers[last].startedAt != nil else { return }
      answers[last].bytes += bytes
      answers[last].events += events
      meetPositions(of: last)
    }
  }

  private mutating func apply(_ action: FaultAction, of index: Int) {
    switch action {
    case .send(let chunk): work.append(.chunk(chunk, to: index + 1))
    case .wait(let until): blockedUntil = max(blockedUntil ?? until, until)
    case .stall: isStalled = true
    case .close:
      output.append(.close)
      isOver = true
    case .reset:
      output.append(.reset)
      isOver = true
    case .halfClose, .wake, .refuse, .ignore: break
    }
  }

  private mutating func pushActions(of index: Int) {
    for action in actions.reversed() { work.append(.action(action, of: index)) }
    actions.removeAll(keepingCapacity: true)
  }

  // MARK: - Striking

  /// Queues the faults whose position has come, to strike before anything else moves.
  private mutating func meetPositions(of answer: Int) {
    for index in faults.indices.reversed()
    where !answers[answer].struck[index] && answers[answer].hasReached(positions[index]) {
      answers[answer].struck[index] = true
      work.append(.strike(index, answer: answers[answer].ordinal))
    }
  }

  /// Strikes the first fault whose time has come, whatever holds the queue; false if none has.
  private mutating func strikeDue(_ now: Instant) -> Bool {
    for answer in answers.indices where answers[answer].startedAt != nil {
      for index in faults.indices where !answers[answer].struck[index] {
        guard let due = answers[answer].due(positions[index]), due <= now else { continue }
        answers[answer].struck[index] = true
        strike(index, answer: answer, now)
        return true
      }
    }
    return false
  }

  private mutating func strike(_ index: Int, answer: Int, _ now: Instant) {
    let met = answers[answer]
    output.append(
      .struck(
        FaultStrike(
          rule: rules[index], nonce: met.nonce ?? lateNonce, at: now, bytesBefore: met.bytes,
          eventsBefore: met.events)))
    ask(index, nil, answer: answer, now)
    // What holds or cuts does so now, also while another fault holds; what sends waits its turn.
    while let action = actions.first {
      if case .send = action { break }
      actions.removeFirst()
      apply(action, of: index)
    }
    pushActions(of: index)
  }

  private mutating func ask(_ index: Int, _ chunk: FaultChunk?, answer: Int, _ now: Instant) {
    let met = answers[answer]
    let unnamed = UInt64(truncatingIfNeeded: connection) << 32 | UInt64(met.ordinal)
    let random =
      met.generators[index]
      ?? SplitMix64(
        seed: seed, rule: RandomRule.fault + numbers[index],
        ordinal: (met.nonce ?? lateNonce)?.value ?? unnamed)
    var turn = FaultTurn(now: now, random: random, isActive: true)
    let place: FaultInput = rules[index].name == "first-byte-delay" ? .start : .position
    faults[index].receive(chunk.map { .chunk($0) } ?? place, &turn)
    actions += turn.actions
    // A generator made before the nonce was known and not drawn from would seed it wrongly.
    if chunk == nil || met.nonce != nil { answers[answer].generators[index] = turn.random }
  }

  private mutating func addAnswer(_ nonce: Nonce?, startedAt: Instant?) {
    answers.append(
      FaultAnswer(
        nonce: nonce, ordinal: answerCount, startedAt: startedAt, faults: faults.count))
    answerCount += 1
  }
}
