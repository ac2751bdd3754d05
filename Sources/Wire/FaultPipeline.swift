package import Core

/// The faults of one connection, in both directions: bytes in, what to do with them out. Pure:
/// instants are handed in, and deadlines are data (`nextDue`).
///
/// In each direction the bytes are cut at the places that rules wait for, pass the faults in the
/// order of the rules, and are framed anew if a fault has taken their message apart. A fault that
/// holds, holds everything behind, so that nothing is overtaken. The clock goes on meanwhile: a
/// fault at `time(T)` also strikes while another holds, and ends a stall. At one and the same
/// instant the clock comes before the bytes.
package struct FaultPipeline: Sendable {
  /// What the driver is to do, in order.
  package enum Action: Hashable, Sendable {
    /// A write of its own.
    case send(FaultDirection, ArraySlice<UInt8>)
    /// A rule struck; what it does follows.
    case struck(FaultStrike)
    /// The message in which the rule of that number struck is over: so much of it has passed it.
    case settled(id: Int, bytes: Int, events: Int)
    /// FIN to the receiver of that direction, behind what was sent.
    case finish(FaultDirection)
    /// Pass the sender's reset on, once everything before has been delivered.
    case abort(FaultDirection)
    /// FIN to both peers, RST to both peers; nothing comes after either.
    case close
    case reset
    /// RST to the client, or silence; the upstream is not to be asked.
    case refuse
    case ignore
  }

  /// How positions are found.
  package enum Reading: Hashable, Sendable {
    /// By reading HTTP/1.1 messages as they pass.
    case http
    /// The bytes of each direction are one message of nothing but bytes.
    case bytes
    /// The bytes mean nothing (TLS): the client tells how far it has decoded.
    case told
  }

  private let reading: Reading
  private var up: FaultRow
  private var down: FaultRow
  private var nonce = NonceScanner()
  /// Whether what the client sends next was looked at already.
  private var isNoted = false
  private var chosen: (nonce: Nonce, ids: [Int])?
  private var told: ToldAnswers
  private var actions: [Action] = []
  /// Whether the directions are clear, once that was asked; `pass` leaves it so.
  private var clear: (upstream: Bool?, downstream: Bool?) = (nil, nil)

  /// A rule and the number it goes by.
  package typealias Installed = (id: Int, rule: FaultRule)

  /// The rules of one leg, each with its place in the list of both.
  package static func installed(_ rules: [FaultRule], leg: Leg) -> [Installed] {
    rules.enumerated().filter { $0.element.leg == leg }.map { ($0.offset, $0.element) }
  }

  /// - Parameters:
  ///   - rules: of one leg. Rule number k draws from `RandomRule.fault + k`.
  ///   - connection: the ordinal of the connection, which seeds messages without a nonce.
  package init(
    rules: [Installed], seed: UInt64, connection: Int, reading: Reading = .http,
    dialect: (any Dialect)? = nil
  ) {
    self.reading = reading
    let seeds = FaultSeeds(seed: seed, connection: connection)
    let readsHTTP = reading == .http
    up = FaultRow(.upstream, seeds: seeds, dialect: dialect, readsHTTP: readsHTTP)
    down = FaultRow(.downstream, seeds: seeds, dialect: dialect, readsHTTP: readsHTTP)
    told = ToldAnswers()
    for (id, rule) in rules {
      if rule.direction == .upstream {
        up.install(rule, id: id, number: id)
      } else {
        down.install(rule, id: id, number: id)
      }
    }
  }

  /// What a driver follows after whatever it told the pipeline.
  package struct Standing: Hashable, Sendable {
    /// Events with data that have come from the server.
    package var events = 0
    package var nextDue: Instant?
    package var upstream = Way()
    package var downstream = Way()

    package init() {}

    package subscript(_ direction: FaultDirection) -> Way {
      switch direction {
      case .upstream: upstream
      case .downstream: downstream
      }
    }

    /// One direction.
    package struct Way: Hashable, Sendable {
      /// Whether `pass` may be tried with what comes next; so until anything else is told.
      package var isClear = false
      /// Bytes that came and were not let through yet.
      package var heldBytes = 0

      package init() {}
    }
  }

  /// Changes nothing: it is `mutating` because whoever calls a method that is not on a member of a
  /// class may copy the whole pipeline for it.
  package mutating func standing() -> Standing {
    var standing = Standing()
    (standing.events, standing.nextDue) = (down.events, nextDue)
    (standing.upstream.isClear, standing.upstream.heldBytes) = (isClear(.upstream), up.heldBytes)
    standing.downstream.isClear = isClear(.downstream)
    standing.downstream.heldBytes = down.heldBytes
    return standing
  }

  package var nextDue: Instant? {
    guard !isOver else { return nil }
    return Instant.earlier(up.nextDue, down.nextDue)
  }
  /// Bytes that came and were not let through yet; the driver stops reading when there are many.
  package func heldBytes(_ direction: FaultDirection) -> Int {
    direction == .upstream ? up.heldBytes : down.heldBytes
  }
  /// What faults have answered and is not carried out yet: bounded, whatever they make of a chunk.
  package var plannedSteps: Int { (up.stages + down.stages).reduce(0) { $0 + $1.plannedSteps } }
  package func isStalled(_ direction: FaultDirection) -> Bool {
    direction == .upstream ? up.isStalled : down.isStalled
  }
  /// Nothing passes in this direction any more.
  package func isOver(_ direction: FaultDirection) -> Bool {
    direction == .upstream ? up.isOver : down.isOver
  }
  /// Events with data that have come from the server.
  package var events: Int { down.events }
  /// What has come of the rules on this connection, by their numbers.
  package var tallies: [(id: Int, tally: FaultTally)] {
    (up.stages + down.stages).map { ($0.id, $0.tally) }
  }
  /// The connection was cut: nothing passes any more, and there is nothing to wait for.
  package private(set) var isOver = false

  /// How much may be read from the sender of this direction at `now`, and when more; nil for any.
  package mutating func readLimit(_ direction: FaultDirection, at now: Instant)
    -> (bytes: Int, more: Instant)?
  {
    direction == .upstream ? up.readLimit(at: now) : down.readLimit(at: now)
  }

  /// A client was accepted; rules of the whole connection begin, before the upstream is asked.
  package mutating func open(at now: Instant) -> [Action] {
    up.open(at: now, into: &actions)
    down.open(at: now, into: &actions)
    return take()
  }

  /// Bytes came from the client.
  /// - Parameter requests: how many requests the proxy has seen begin, to be counted on.
  package mutating func fromClient(_ bytes: [UInt8], at now: Instant, requests: inout Int)
    -> [Action]
  {
    if reading == .http, !isNoted { note(bytes) }
    isNoted = false
    if up.isEmpty && down.isEmpty && reading != .http {
      actions.append(.send(.upstream, bytes[...]))
    } else {
      let before = up.messages
      up.exchange.request = requests + 1
      up.exchange.nonce = nonce.found
      up.receive(bytes, at: now, into: &actions)
      requests += up.messages - before
      if up.messages > before { down.exchange.request = requests }
      for isHEAD in up.takeHeads() { down.expectResponse(toHEAD: isHEAD) }
    }
    return take()
  }

  private mutating func isClear(_ direction: FaultDirection) -> Bool {
    if case .upstream = direction {
      // Requests are few, and looked at for their nonce.
      let isClear = clear.upstream ?? (reading == .bytes && !isOver && up.isClear)
      clear.upstream = isClear
      return isClear
    }
    let isClear = clear.downstream ?? (reading != .told && !isOver && down.isClear)
    clear.downstream = isClear
    return isClear
  }

  /// Takes bytes that pass as they are and change nothing that the driver knows of: all that is left
  /// to do is to send them on, in one write. Most bytes of a stream are such. Nil, and nothing is
  /// taken, for any others, which `fromClient` or `fromServer` takes.
  /// - Returns: how many events with data end in them.
  package mutating func pass(_ bytes: Span<UInt8>, _ direction: FaultDirection) -> Int? {
    guard isClear(direction) else { return nil }
    if case .upstream = direction { return up.isEmpty && down.isEmpty ? 0 : up.pass(bytes) }
    down.exchange.nonce = nonce.found
    return down.pass(bytes)
  }

  /// Bytes came from the server.
  package mutating func fromServer(_ bytes: [UInt8], at now: Instant) -> [Action] {
    if reading == .told {
      if let message = told.firstByte(at: now) { down.startBlind(message, at: now, into: &actions) }
      told.count(bytes.count)
      down.receiveBlind(bytes, at: now, into: &actions)
    } else {
      down.exchange.nonce = nonce.found
      down.receive(bytes, at: now, into: &actions)
    }
    return take()
  }

  /// `nextDue` has come.
  package mutating func timerFired(at now: Instant) -> [Action] {
    up.run(at: now, into: &actions)
    down.run(at: now, into: &actions)
    return take()
  }

  /// Nothing more will come in this direction: its sender ended it, or reset the connection.
  package mutating func endOfStream(
    _ direction: FaultDirection, reset: Bool = false, at now: Instant
  ) -> [Action] {
    if direction == .upstream {
      up.endOfStream(reset: reset, at: now, into: &actions)
    } else {
      down.exchange.nonce = nonce.found
      down.endOfStream(reset: reset, at: now, into: &actions)
    }
    return take()
  }

  // MARK: - Rules that come and go

  package mutating func install(_ rule: FaultRule, id: Int, at now: Instant) -> [Action] {
    if rule.direction == .upstream {
      up.add(rule, id: id, number: id, at: now, into: &actions)
    } else {
      down.add(rule, id: id, number: id, at: now, into: &actions)
    }
    return take()
  }

  package mutating func update(_ rule: FaultRule, id: Int, at now: Instant) -> [Action] {
    up.update(rule, id: id, at: now, into: &actions)
    down.update(rule, id: id, at: now, into: &actions)
    return take()
  }

  package mutating func withdraw(id: Int, at now: Instant) -> [Action] {
    up.withdraw(id: id, at: now, into: &actions)
    down.withdraw(id: id, at: now, into: &actions)
    return take()
  }

  /// Has a request meet the rules that are chosen for its nonce, and no longer those of the request
  /// before it on this connection. To be called with the same bytes before `fromClient`.
  package mutating func choose(
    _ bytes: [UInt8], at now: Instant, _ choice: (Nonce) -> ChosenRules?
  ) -> [Action] {
    note(bytes)
    isNoted = true
    guard let nonce = nonce.found, nonce != chosen?.nonce else { return [] }
    var actions: [Action] = []
    for id in chosen?.ids ?? [] { actions += withdraw(id: id, at: now) }
    let rules = choice(nonce) ?? ChosenRules(rules: [], dialect: nil)
    up.speak(rules.dialect)
    down.speak(rules.dialect)
    for (id, rule) in rules.rules { actions += install(rule, id: id, at: now) }
    chosen = (nonce, rules.rules.map(\.id))
    return actions
  }

  /// A rule about the proxy as a whole strikes now.
  package mutating func strike(id: Int, at now: Instant) -> [Action] {
    up.strikeNow(id: id, at: now, into: &actions)
    down.strikeNow(id: id, at: now, into: &actions)
    return take()
  }

  // MARK: - The client tells

  /// In `told`: the client sends a request on this connection now; rules may strike again.
  ///
  /// From here on `time(T)` counts from the first byte that the client decodes, because the first
  /// bytes after a request can be TLS session tickets.
  package mutating func requestStarts(nonce: Nonce) {
    guard reading == .told else { return }
    told.requestStarts(nonce)
  }

  /// In `told`: the client has decoded so much of the answer so far; acts at once on positions
  /// that this reaches.
  package mutating func clientDecoded(events: Int, bytes: Int, nonce: Nonce, at now: Instant)
    -> [Action]
  {
    guard reading == .told, !down.isEmpty else { return [] }
    let reached = told.decoded(events: events, bytes: bytes, nonce: nonce, at: now, down.stages)
    down.noteTold(bytes: bytes, events: events)
    if reached.isFirst { down.startClock(reached.message) }
    for index in reached.stages {
      down.strikeTold(
        index, bytes: bytes, events: events, message: reached.message, at: now, into: &actions)
    }
    down.run(at: now, into: &actions)
    return take()
  }

  // MARK: -

  /// Looks at what the client sends, for the nonce that names the exchange.
  private mutating func note(_ bytes: [UInt8]) {
    if up.isBetween { nonce = NonceScanner() }
    guard nonce.found == nil else { return }
    nonce.scan(bytes)
  }

  private mutating func take() -> [Action] {
    defer { actions.removeAll(keepingCapacity: true) }
    clear = (nil, nil)
    guard !isOver else { return [] }
    for action in actions {
      switch action {
      case .close, .reset, .refuse, .ignore, .abort: isOver = true
      default: break
      }
    }
    return actions
  }
}

/// The rules that one request meets, and the dialect in which they are carried out.
package struct ChosenRules: Sendable {
  package var rules: [FaultPipeline.Installed]
  package var dialect: (any Dialect)?

  package init(rules: [FaultPipeline.Installed], dialect: (any Dialect)?) {
    self.rules = rules
    self.dialect = dialect
  }
}
