package import Core
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
  private let plan: ArrivalPlan
  private let seed: UInt64
  private let url: String
  private var pendingFirst: [UInt64: (slot: Int, due: Instant)] = [:]
  private var active: [ObjectIdentifier: ActiveExchange] = [:]
  private var nextOrdinal = 0
  private var unreachable = 0
  private var reachedOnce = false
  private var stopping = false
  private var finished = false

  package private(set) var exchanges: [Exchange] = []
  /// Set when the run gave up because nobody was there.
  package private(set) var gaveUp: Exchange?

  package init(
    loop: EventLoop, traffic: Traffic, dialect: any Dialect, seed: UInt64, options: RunnerOptions
  ) throws(SystemError) {
    self.loop = loop
    self.traffic = traffic
    self.dialect = dialect
    self.options = options
    self.seed = seed
    multi = try CurlMulti(loop: loop)
    multi.keepConnections(traffic.concurrency)
    plan = ArrivalPlan(
      warmup: traffic.warmup, measured: traffic.streams, concurrency: traffic.concurrency,
      seed: seed)
    url = Self.url(
      base: options.baseURL, path: dialect.request(traffic, nonce: Nonce(value: 0)).path)
    exchanges.reserveCapacity(plan.total)
  }

  package var total: Int { plan.total }

  /// Plans the first starts; the loop does the rest and the observer hears when all is over.
  package func start(observer: any RunnerObserver) {
    self.observer = observer
    let now = loop.clock.now()
    for slot in 0..<plan.slots {
      let due = now + plan.firstStart(slot: slot)
      pendingFirst[loop.schedule(self, at: due)] = (slot, due)
    }
    if plan.slots == 0 { finish() }
  }

  /// Ends the run in order: nothing new starts, what is under way is closed and kept.
  package func interrupt() {
    stop(.interrupted, "the run was interrupted")
  }

  package func timerFired(_ id: UInt64, now: Instant) {
    guard let (slot, due) = pendingFirst.removeValue(forKey: id), !stopping else { return }
    begin(slot: slot, intended: due)
  }

  func ended(_ item: ActiveExchange) {
    guard active.removeValue(forKey: ObjectIdentifier(item)) != nil else { return }
    item.handle = nil
    exchanges.append(item.exchange)
    observer?.exchangeEnded(item.exchange)
    noteReach(item.exchange)
    if !stopping, nextOrdinal < plan.total {
      // Not from inside libcurl's callback: on the loop's next turn, which is now.
      let due = item.exchange.ended
      pendingFirst[loop.schedule(self, at: due)] = (item.slot, due)
    } else if active.isEmpty, stopping || pendingFirst.isEmpty {
      finish()
    }
  }

  /// The path goes before a query that the base URL may have (Azure's `?api-version=…`); a fragment
  /// is never sent (RFC 9110 section 7.1).
  static func url(base: String, path: String) -> String {
    let base = base.prefix { $0 != "#" }
    let query = base.firstIndex(of: "?") ?? base.endIndex
    var start = base[..<query]
    while start.hasSuffix("/") { start.removeLast() }
    return start + path + base[query...]
  }

  private func begin(slot: Int, intended: Instant) {
    let ordinal = nextOrdinal
    guard ordinal < plan.total else {
      if active.isEmpty, pendingFirst.isEmpty { finish() }
      return
    }
    nextOrdinal += 1
    let nonce = Nonce(seed: seed, ordinal: ordinal)
    let request = transferRequest(nonce)
    let exchange = Exchange(
      ordinal: ordinal, nonce: nonce, warmup: plan.isWarmup(ordinal), intended: intended,
      started: loop.clock.now())
    var tunnelled = false
    if case .tunnel = options.legA { tunnelled = true }
    let item = ActiveExchange(
      exchange, slot: slot, owner: self, traffic: traffic, countsEvents: tunnelled)
    guard let handle = CurlHandle(request, delegate: item) else {
      preconditionFailure("libcurl cannot allocate a handle")
    }
    item.handle = handle
    active[ObjectIdentifier(item)] = item
    item.armed()
    multi.start(handle)
  }

  private func transferRequest(_ nonce: Nonce) -> TransferRequest {
    let asked = dialect.request(traffic, nonce: nonce)
    var fields = asked.headers.map { "\($0.name): \($0.value)" }
    if let key = options.key { fields.append("\(asked.keyHeader): \(asked.keyPrefix)\(key)") }
    var request = TransferRequest(url: url, fields: fields, body: asked.body)
    request.http = traffic.http
    // Who leaves closes the connection, which an HTTP/2 connection that is kept would not show.
    request.freshConnection = traffic.connections == .fresh || traffic.leave != nil
    request.certificateAuthorities = options.certificateAuthorities
    request.verifiesPeer = options.verifiesPeer
    switch options.legA {
    case .forward(let endpoint): request.connectTo = endpoint.description
    case .tunnel(let endpoint): request.tunnel = endpoint.description
    case nil: break
    }
    return request
  }

  /// Gives up when nobody answers at all: the same refusal a thousand times says nothing new.
  private func noteReach(_ exchange: Exchange) {
    guard !reachedOnce, gaveUp == nil else { return }
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
    pendingFirst.removeAll()
    let now = loop.clock.now()
    let open = Array(active.values)
    guard !open.isEmpty else {
      finish()
      return
    }
    for item in open { item.end(condition, detail, at: now) }
  }
}
