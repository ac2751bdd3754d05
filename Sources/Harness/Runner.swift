package import Core
import Judging
package import Platform
package import Wire

/// Sends a scenario's traffic and records what comes back: one thread, libcurl on its loop.
package final class Runner: TimerTarget, ExchangeOwner {
  let loop: EventLoop
  let multi: CurlMulti
  weak var observer: (any RunnerObserver)?
  private let traffic: Traffic
  private let dialect: any Dialect
  private let options: RunnerOptions
  private var plan: ArrivalPlan
  private let seed: UInt64
  private let url: String
  private var begun: Instant
  /// Slots of a closed loop that rest, by their timers.
  private var resting: [UInt64: (slot: Int, due: Instant, turn: Int?)] = [:]
  private var conversations: Conversations
  /// The next start of an open loop.
  private var arrival: (timer: UInt64, ordinal: Int, due: Instant)?
  private var active: [ObjectIdentifier: ActiveExchange] = [:]
  /// At most so many connections are kept and free. Those of HTTP/1 carry one request at a time;
  /// others are shared, and libcurl alone knows.
  private var freeConnections = 0
  private let sharesConnections: Bool
  /// How large the next body is likely to be: as large as the last one.
  private var bodyRoom = Limits.bodyRoom.lowerBound
  private var unreachable = 0
  private var reachedOnce = false
  private var stopping = false
  private var finished = false

  /// Set when the run gave up because nobody was there.
  package private(set) var gaveUp: Exchange?

  /// - Parameter skipping: so many exchanges of a closed loop are not sent, the first ones.
  package init(
    loop: EventLoop, traffic: Traffic, dialect: any Dialect, seed: UInt64, options: RunnerOptions,
    skipping: Int = 0
  ) throws(SystemError) {
    self.loop = loop
    self.traffic = traffic
    self.dialect = dialect
    self.options = options
    self.seed = seed
    multi = try CurlMulti(loop: loop)
    plan = ArrivalPlan(traffic, seed: seed)
    for _ in 0..<(skipping / traffic.prompt.turns.count) { _ = plan.next() }
    conversations = Conversations(traffic, seed: seed)
    multi.keepConnections(plan.isOpen ? options.mostAtOnce : traffic.ownConcurrency)
    begun = loop.clock.now()
    sharesConnections = !options.baseURL.hasPrefix("http://") || traffic.http == .http2
    url = Self.url(
      base: options.baseURL, path: dialect.request(traffic, nonce: Nonce(value: 0)).path)
  }

  /// How many exchanges are to be expected.
  package var expected: Int { traffic.planned + traffic.ownWarmup }

  /// Plans the first starts; the loop does the rest and the observer hears when all is over.
  /// - Parameter begin: where the plan has its zero; nil for now.
  package func start(observer: any RunnerObserver, at begin: Instant? = nil) {
    self.observer = observer
    Heap.keepsMemory()
    begun = begin ?? loop.clock.now()
    if plan.isOpen {
      awaitArrival()
    } else {
      for (slot, at) in plan.firstStarts { rest(slot, until: begun + at) }
    }
    if !hasMore { finish() }
  }

  /// Ends the run in order: nothing new starts, what is under way is closed and kept.
  package func interrupt() {
    stop(.interrupted, "the run was interrupted")
  }

  /// The same, because what has finished says enough.
  func stop(early reason: String) { stop(.interrupted, "the run was stopped: \(reason)") }

  package func timerFired(_ id: UInt64, now: Instant) {
    if id == arrival?.timer { return arrive(by: now) }
    guard let (slot, due, turn) = resting.removeValue(forKey: id), !stopping else { return }
    guard plan.isWithin(due - begun), let ordinal = turn ?? plan.next() else {
      return finishIfOver()
    }
    begin(slot: slot, ordinal: ordinal, intended: due)
  }

  /// Whether anything is still going to start.
  private var hasMore: Bool { !stopping && (arrival != nil || !resting.isEmpty) }

  private func finishIfOver() {
    if active.isEmpty, !hasMore { finish() }
  }

  /// - Parameter turn: the exchange that goes on with the slot's conversation, if one does.
  private func rest(_ slot: Int, until due: Instant, turn: Int? = nil) {
    resting[loop.schedule(self, at: due)] = (slot, due, turn)
  }

  // MARK: The open loop

  private func awaitArrival() {
    guard let next = plan.nextStart() else {
      arrival = nil
      return
    }
    let due = begun + next.at
    arrival = (loop.schedule(self, at: due), next.ordinal, due)
  }

  /// Starts what is due; what is overdue starts late and says so, but is never left out.
  private func arrive(by now: Instant) {
    guard !stopping, let (_, ordinal, due) = arrival else { return }
    if active.count < options.mostAtOnce {
      begin(slot: 0, ordinal: ordinal, intended: due)
    } else {
      leaveOut(ordinal: ordinal, intended: due)
    }
    if !stopping { awaitArrival() }
    finishIfOver()
  }

  /// There is no room: it counts as a failure, since who arrived was not served.
  private func leaveOut(ordinal: Int, intended: Instant) {
    var exchange = newExchange(ordinal, intended: intended)
    exchange.transport = .failed(.notSent)
    exchange.detail = "\(active.count) streams were under way, and there is room for no more"
    exchange.ended = exchange.started
    observer?.exchangeEnded(exchange)
  }

  func ended(_ item: ActiveExchange) {
    guard active.removeValue(forKey: ObjectIdentifier(item)) != nil else { return }
    item.handle = nil
    if item.exchange.transport == .complete { freeConnections += 1 }
    let bytes = item.exchange.body.count
    bodyRoom = min(max(bytes, Limits.bodyRoom.lowerBound), Limits.bodyRoom.upperBound)
    observer?.exchangeEnded(item.exchange)
    noteReach(item.exchange)
    let ended = item.exchange.ended
    let turn = followUp(to: item.exchange)
    if !stopping, !plan.isOpen, turn != nil || plan.hasNext, plan.isWithin(ended - begun) {
      // Not from inside libcurl's callback: on the loop's next turn, which is now.
      rest(item.slot, until: ended + plan.rest(after: item.exchange.ordinal), turn: turn)
    }
    finishIfOver()
  }

  /// The path goes before a query that the base URL may have (Azure's `?api-version=…`); a fragment
  /// is never sent (RFC 9110 section 7.1).
  static func url(base: String, path: String) -> String {
    let base = base.prefix { $0 != "#" }
    let query = base.firstIndex(of: "?") ?? base.endIndex
    var start = base[..<query]
    while start.hasSuffix("/") { start.removeLast() }
    // A path may bring a query of its own (Gemini's `?alt=sse`).
    guard path.contains("?"), query < base.endIndex else { return start + path + base[query...] }
    return start + path + "&" + base[query...].dropFirst()
  }

  private func begin(slot: Int, ordinal: Int, intended: Instant) {
    if bodyRoom >= Heap.largeBlock { Heap.expectsLargeBlocks() }
    let exchange = newExchange(ordinal, intended: intended)
    let request = transferRequest(exchange.ordinal)
    var tunnelled = false
    if case .tunnel = options.legA { tunnelled = true }
    let item = ActiveExchange(
      exchange, slot: slot, owner: self, traffic: traffic, countsEvents: tunnelled,
      room: bodyRoom)
    guard let handle = CurlHandle(request, delegate: item) else {
      preconditionFailure("libcurl cannot allocate a handle")
    }
    item.handle = handle
    active[ObjectIdentifier(item)] = item
    item.armed()
    multi.start(handle)
  }

  private func newExchange(_ ordinal: Int, intended: Instant) -> Exchange {
    Exchange(
      ordinal: ordinal, nonce: traffic.nonce(of: ordinal, seed: seed),
      warmup: plan.isWarmup(ordinal), intended: intended, started: loop.clock.now())
  }

  /// What an exchange says that has not been followed up yet.
  func prompt(of ordinal: Int) -> Prompt { conversations.prompt(of: ordinal) }

  /// The next turn of the conversation that this was one of, if it has one.
  private func followUp(to exchange: Exchange) -> Int? {
    guard traffic.prompt.isConversation, !stopping else { return nil }
    return conversations.next(
      after: exchange.ordinal,
      answer: Answer.text(of: exchange, dialect: dialect, streamWanted: traffic.stream),
      total: plan.whole)
  }

  /// What a reader of the figures must know of what was not sent.
  var warnings: [String] {
    guard conversations.unsaid > 0 else { return [] }
    return [
      "\(conversations.unsaid) turns were not sent, because a turn before them brought no answer"
    ]
  }

  private func transferRequest(_ ordinal: Int) -> TransferRequest {
    let asked = dialect.request(traffic, prompt: prompt(of: ordinal))
    var fields = (asked.headers + traffic.fields).map { "\($0.name): \($0.value)" }
    let extras = traffic.extras(of: ordinal)
    if let key = extras.key ?? options.key ?? traffic.spareKey {
      fields.append("\(asked.keyHeader): \(asked.keyPrefix)\(key)")
    }
    let body = asked.body.adding(history: traffic.history).adding(members: extras.members)
    var request = TransferRequest(url: url, fields: fields, body: body)
    request.http = traffic.http
    request.readBytes =
      traffic.concurrency <= Limits.manyStreams ? Limits.readBytes : Limits.smallReadBytes
    // Who leaves closes the connection, which an HTTP/2 connection that is kept would not show.
    request.freshConnection = traffic.connections == .fresh || traffic.leave != nil
    request.looksForConnection = sharesConnections || freeConnections > 0
    freeConnections = max(0, freeConnections - 1)
    request.certificateAuthorities = options.certificateAuthorities
    request.verifiesPeer = options.verifiesPeer
    switch options.legA {
    case .forward(let endpoint): request.connectTo = endpoint.description
    case .tunnel(let endpoint): request.tunnel = endpoint.description
    case nil: break
    }
    return request
  }

  /// Has libcurl read no more of an exchange, until its time is over.
  func stopsReading(_ item: ActiveExchange) {
    if let handle = item.handle { multi.pause(handle) }
  }

  /// Gives up when nobody answers at all: the same refusal a thousand times says nothing new.
  private func noteReach(_ exchange: Exchange) {
    guard options.givesUp, !reachedOnce, gaveUp == nil else { return }
    switch exchange.transport {
    case .failed(.refused), .failed(.dnsFailure), .failed(.connectFailed), .failed(.tlsFailure),
      .failed(.timeoutConnect), .failed(.timeoutTLS):
      unreachable += 1
    default:
      reachedOnce = true
    }
    guard unreachable >= min(Limits.unreachableInARow, plan.total) else { return }
    gaveUp = exchange
    stop(.interrupted, "the run gave up: nobody could be reached")
  }

  private func finish() {
    guard !finished else { return }
    finished = true
    observer?.runnerFinished()
  }

  private func stop(_ condition: EndCondition, _ detail: String) {
    guard !stopping else { return }
    stopping = true
    resting.removeAll()
    arrival = nil
    let now = loop.clock.now()
    let open = Array(active.values)
    guard !open.isEmpty else {
      finish()
      return
    }
    for item in open { item.end(condition, detail, at: now) }
  }
}
