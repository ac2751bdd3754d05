package import Core

/// The provider's side of one connection: requests in, scripted answers out, without socket or
/// clock.
///
/// The driver hands in bytes and instants, carries out the actions in order, and calls `due` when
/// `nextDue` has come; it looks at `nextDue` after every call. A driver whose peer reads too slowly
/// (`Limits.writeBacklogBytes`) simply does not call `due` until there is room. `written` is told
/// for every send, because only the driver knows when the kernel took the bytes; an exchange is
/// finished when all of its sends are.
package struct ProviderSession: Sendable {
  package enum Action: Sendable {
    /// Bytes with their transfer framing; ids count up from 0.
    case send([UInt8], id: Int)
    /// FIN, once everything sent before is out.
    case closeAfterFlush
    /// RST, once everything sent before is out.
    case resetAfterFlush
    case finished(ProviderExchange)
  }

  private let connection: Int
  private let script: ProviderScript
  private let seed: UInt64
  private let dialects: [any Dialect]
  private let parts: Parts?
  private var queue = RequestQueue()
  private var answer: ProviderAnswer?
  /// Since when there is something to do between two answers.
  private var readyAt: Instant?
  private var requests = 0
  private var sends = 0
  private var isOver = false

  /// A pipelining client that is further ahead than this loses the connection.
  private static let unreadLimit = Limits.requestHeadBytes + Limits.requestBodyBytes

  /// What is played for the request with a nonce; nil for what is played for all others.
  package typealias Parts = @Sendable (Nonce) -> Part?

  package struct Part: Sendable {
    package var script: ProviderScript
    /// In the order of preference.
    package var dialects: [any Dialect]

    package init(script: ProviderScript, dialects: [any Dialect]) {
      self.script = script
      self.dialects = dialects
    }
  }

  /// `seed` is the run's; all of `dialects` are served at once, in this order of preference.
  package init(
    connection: Int, script: ProviderScript, seed: UInt64,
    dialects: [any Dialect] = Dialects.preferring(Dialects.usual.name), parts: Parts? = nil
  ) {
    self.parts = parts
    self.connection = connection
    self.script = script
    self.seed = seed
    self.dialects = dialects
  }

  /// When `due` wants to be called next (at once if it has passed); nil while only the peer can
  /// move things on: between requests, in an endless stall, after the end.
  package var nextDue: Instant? {
    mutating get { answer?.nextDue ?? readyAt }
  }

  /// Whether no request is being read or answered, so that the connection may be closed.
  package var isIdle: Bool { answer == nil && readyAt == nil && queue.isIdle }

  package var openNonce: Nonce? { answer?.exchange.nonce }

  /// Takes bytes that the peer sent. While an answer is under way they wait unread, so that a
  /// further request begins when the present one is over.
  package mutating func received(_ bytes: some Collection<UInt8>, at now: Instant) -> [Action] {
    guard !isOver else { return [] }
    guard answer?.persists != false else { return [] }
    queue.receive(bytes)
    guard answer != nil else { return takeUp(at: now) }
    if queue.unreadBytes > Self.unreadLimit {
      queue.removeAll()
      answer?.doNotPersist()
    }
    return []
  }

  /// Plays what is due: the actions of one instant at most, and a bounded number of them.
  package mutating func due(at now: Instant) -> [Action] {
    guard !isOver else { return [] }
    if let readyAt { return readyAt <= now ? takeUp(at: now) : [] }
    guard let actions = answer?.due(at: now, sends: &sends) else { return [] }
    return actions + settle(at: now)
  }

  /// The kernel took the last byte of send `id` and of all before it; `now` was taken right before
  /// the call that took it.
  package mutating func written(_ id: Int, at now: Instant) -> [Action] {
    answer?.written(upTo: id, at: now)
    return settle(at: now)
  }

  /// The peer closed (FIN) or reset its side. An answer under way ends there: relays that give up
  /// on a stream close the whole connection.
  package mutating func peerClosed(at now: Instant, reset: Bool) -> [Action] {
    guard !isOver else { return [] }
    return end(reset ? .peerReset : .peerClosed, at: now)
  }

  /// The run is over: an answer under way is recorded as unfinished.
  package mutating func abandon(at now: Instant) -> [Action] {
    guard !isOver else { return [] }
    return end(.unfinished, at: now)
  }

  /// What a connection beyond `Limits.serverConnections` is told before it is closed: 503.
  package static let refusal: [UInt8] = {
    var answer = ProviderAnswer(
      exchange: ProviderExchange(
        connection: 0, method: "", path: "", receivedAt: Instant(nanoseconds: 0)),
      request: nil,
      only: FixedAnswers.error(503, "Too many connections.", Dialects.usual), id: id(nil, 0))
    var sends = 0
    for case .send(let bytes, _) in answer.due(at: Instant(nanoseconds: 0), sends: &sends) {
      return bytes
    }
    return []
  }()

  // MARK: Requests

  /// Begins with the next request, if there is one and no answer is under way.
  private mutating func takeUp(at now: Instant) -> [Action] {
    readyAt = nil
    switch queue.next() {
    case .answer(let request): begin(request, at: now)
    case .refuse(let failure): refuse(failure, at: now)
    case .proceed:
      sends += 1
      return [.send(RequestQueue.proceed, id: sends - 1)]
    case nil: return []
    }
    return due(at: now)
  }

  private mutating func begin(_ request: HTTPRequest, at now: Instant) {
    requests += 1
    var exchange = ProviderExchange(
      connection: connection, method: request.method, path: request.path, receivedAt: now)
    exchange.head = request.head
    exchange.body = request.body
    let ordinal = connection << 24 | requests
    let part = part(for: request)
    let script = part.script
    let dialects = part.dialects
    var routed = request
    if let (dialect, found) = Dialects.accepting(&routed, among: dialects) {
      var accepted = found
      accepted.ordinal = ordinal
      exchange.tokensAsked = script.isAsked ? AskedTokens.find(in: request.body) : nil
      let script = Self.counted(
        script.asked(for: exchange.tokensAsked).naming(request.key), request)
      exchange.usage = script.lastUsage
      let player = ScriptPlayer(script: script, request: accepted, dialect: dialect, seed: seed)
      exchange.nonce = accepted.nonce
      exchange.dialect = dialect.name
      exchange.wantsStream = accepted.stream
      exchange.wantsUsage = accepted.usage
      exchange.tokensPlanned = player.tokensPlanned
      exchange.texts = script.recordedTexts
      answer = ProviderAnswer(
        exchange: exchange, request: request, player: player,
        mediaType: dialect.streamMediaType, id: Self.id(accepted.nonce, ordinal))
      return
    }
    var scanner = NonceScanner()
    scanner.scan(request.body)
    exchange.nonce = scanner.found
    answer = ProviderAnswer(
      exchange: exchange, request: request,
      only: FixedAnswers.answer(to: routed, dialects: dialects),
      id: Self.id(scanner.found, ordinal))
  }

  private static func counted(_ script: ProviderScript, _ request: HTTPRequest) -> ProviderScript {
    guard script.countsWords else { return script }
    let words = RequestWords(request.body)
    return script.counting(words: words?.count ?? 0, history: words?.history ?? 0)
  }

  private func part(for request: HTTPRequest) -> Part {
    let usual = Part(script: script, dialects: dialects)
    guard let parts else { return usual }
    var scanner = NonceScanner()
    scanner.scan(request.body)
    return scanner.found.flatMap { parts($0) } ?? usual
  }

  /// Answers what could not be read as a request, with which the connection ends.
  private mutating func refuse(_ failure: HTTPRequestParser.Failure, at now: Instant) {
    requests += 1
    let exchange = ProviderExchange(connection: connection, method: "", path: "", receivedAt: now)
    answer = ProviderAnswer(
      exchange: exchange, request: nil,
      only: FixedAnswers.error(failure.status, failure.message, dialects.first),
      id: Self.id(nil, connection << 24 | requests))
  }

  private static func id(_ nonce: Nonce?, _ ordinal: Int) -> String {
    "req_\(nonce?.hex ?? String(ordinal, radix: 16))"
  }

  // MARK: Ends

  /// Closes the record of an answer that is over, and makes ready for the next request.
  private mutating func settle(at now: Instant) -> [Action] {
    guard answer?.isOver == true else { return [] }
    guard answer?.persists == true else { return end(nil, at: now) }
    guard let exchange = answer?.finish(at: now) else { return [] }
    answer = nil
    if queue.hasMore { readyAt = now }
    return [.finished(exchange)]
  }

  /// Ends the connection; `how` is nil when the script came to its end.
  private mutating func end(_ how: ProviderEnd?, at now: Instant) -> [Action] {
    isOver = true
    readyAt = nil
    queue.removeAll()
    let exchange = answer?.finish(how, at: now)
    answer = nil
    let actions = exchange.map { [Action.finished($0)] } ?? []
    return how == nil ? actions : actions + [.closeAfterFlush]
  }
}
