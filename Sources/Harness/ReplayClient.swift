package import Core
package import Platform
package import Wire

/// Sends recorded requests to a target at their recorded intervals, however long answers take.
package final class ReplayClient: TimerTarget, ReadinessTarget, ExchangeOwner {
  let loop: EventLoop
  let multi: CurlMulti
  weak var observer: (any RunnerObserver)?
  private let requests: [ReplayRequest]
  private let options: RunnerOptions
  private let interrupts: Interrupts
  private let recorder: ExchangeRecorder?
  private var pending: [UInt64: (ordinal: Int, due: Instant)] = [:]
  private var active: [ObjectIdentifier: ActiveExchange] = [:]
  private var isStopping = false
  private var outcome: ReplayOutcome

  /// - Parameter options: the base URL of it is not looked at.
  package init(
    _ requests: [ReplayRequest], options: RunnerOptions, interrupts: Interrupts,
    recorder: ExchangeRecorder?
  ) throws(SystemError) {
    _ = MachineFacts.raiseDescriptorLimit()
    loop = try EventLoop()
    multi = try CurlMulti(loop: loop)
    self.requests = requests
    self.options = options
    self.interrupts = interrupts
    self.recorder = recorder
    outcome = ReplayOutcome()
    try loop.add(interrupts.descriptor, .read, self)
  }

  /// Returns when every answer has ended, or at once after an interrupt.
  package func run() -> ReplayOutcome {
    let start = loop.clock.now()
    for (ordinal, request) in requests.enumerated() {
      let due = start + request.at
      pending[loop.schedule(self, at: due)] = (ordinal, due)
    }
    if !requests.isEmpty { loop.run() }
    loop.dispose()
    return outcome
  }

  package func timerFired(_ id: UInt64, now: Instant) {
    guard let (ordinal, due) = pending.removeValue(forKey: id), !isStopping else { return }
    var request = TransferRequest(
      url: requests[ordinal].url, fields: requests[ordinal].fields, body: requests[ordinal].body)
    request.method = requests[ordinal].method
    request.certificateAuthorities = options.certificateAuthorities
    request.verifiesPeer = options.verifiesPeer
    let exchange = Exchange(
      ordinal: ordinal, nonce: Nonce(value: UInt64(ordinal)), warmup: false, intended: due,
      started: loop.clock.now())
    let item = ActiveExchange(exchange, owner: self, traffic: Traffic())
    guard let handle = CurlHandle(request, delegate: item) else {
      preconditionFailure("libcurl cannot allocate a handle")
    }
    item.handle = handle
    active[ObjectIdentifier(item)] = item
    item.armed()
    multi.start(handle)
  }

  func ended(_ item: ActiveExchange) {
    guard active.removeValue(forKey: ObjectIdentifier(item)) != nil else { return }
    item.handle = nil
    outcome.add(item.exchange)
    let sent = requests[item.exchange.ordinal]
    recorder?.record(item.exchange, request: sent.recorded)
    if active.isEmpty, pending.isEmpty || isStopping { loop.stop() }
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard interrupts.take(), !isStopping else { return }
    isStopping = true
    outcome.wasInterrupted = true
    let now = loop.clock.now()
    for item in Array(active.values) {
      item.end(.interrupted, "the replay was interrupted", at: now)
    }
    loop.stop()
  }
}

/// How the requests of a replay fared.
package struct ReplayOutcome: Sendable {
  package private(set) var requests = 0
  /// Complete answers by status.
  package private(set) var statuses: [Int: Int] = [:]
  /// Answers that did not come or were cut, by their end.
  package private(set) var failures: [EndCondition: Int] = [:]
  /// libcurl's words for the first of these.
  package private(set) var firstFailure = ""
  package private(set) var bodyBytes = 0
  /// By how much the request that left latest was late.
  package private(set) var lateness = Nanoseconds.zero
  package internal(set) var wasInterrupted = false

  mutating func add(_ exchange: Exchange) {
    requests += 1
    bodyBytes += exchange.body.count
    lateness = max(lateness, exchange.started - exchange.intended)
    switch exchange.transport {
    case .complete: statuses[exchange.status, default: 0] += 1
    case .failed(let condition):
      if failures.isEmpty { firstFailure = exchange.detail }
      failures[condition, default: 0] += 1
    }
  }
}
