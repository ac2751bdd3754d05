import Core
import Judging
import Platform
import Wire

/// Sends the exchanges of the floor between those of a run: on the runner's loop, to a provider that
/// nothing stands before.
final class FloorRunner: ExchangeOwner, TimerTarget {
  struct Outcome {
    var measures: [String: Measure]
    var lateness: Lateness
  }

  let loop: EventLoop
  let multi: CurlMulti
  var observer: (any RunnerObserver)? { nil }
  private let pacing: FloorPacing
  /// What the share alone asks for, which has more room than what is spread to reach `least`.
  private let shared: FloorPacing
  private let traffic: Traffic
  private let dialect: any Dialect
  private let seed: UInt64
  private let provider: LocalProvider
  private let ledger: Ledger
  private let url: String
  private var begun: Instant
  /// Measured exchanges of the run that have started.
  private var runStarted = 0
  /// Of our own: the first ones open the connections and are not measured.
  private let warmup: Int
  private var ordinals = 0
  private var together: Int
  private var pending: [UInt64: (ordinal: Int, due: Instant)] = [:]
  private var ticking: UInt64 = 0
  private var active: [ObjectIdentifier: ActiveExchange] = [:]
  private var ended: [Exchange] = []
  private var endedBytes = 0
  private var isStopping = false
  /// How many there are to be in all, when that is known: when the run is over.
  private var whole: Int?
  /// Called when the last one has ended after the run.
  private var whenWhole: (() -> Void)?

  init(
    loop: EventLoop, provider: LocalProvider, traffic run: Traffic, dialect: any Dialect,
    seed: UInt64, share: Double
  ) throws(SystemError) {
    self.loop = loop
    self.provider = provider
    self.dialect = dialect
    pacing = FloorPacing(
      share: share, planned: run.planned, duration: run.endsByTime ? run.duration : nil)
    shared = FloorPacing(share: share, planned: .max, duration: nil)
    together = pacing.together(concurrency: run.concurrency)
    warmup = together
    var random = SplitMix64(seed: seed, rule: RandomRule.floor, ordinal: 0)
    self.seed = random.next()
    var traffic = Traffic()
    traffic.dialect = dialect.name
    self.traffic = traffic
    url = Runner.url(
      base: "http://\(provider.endpoint)/v1",
      path: dialect.request(traffic, nonce: Nonce(value: 0)).path)
    begun = loop.clock.now()
    multi = try CurlMulti(loop: loop)
    multi.keepConnections(Self.mostTogether)
    let empty = Judge.empty(
      name: "direct", url: "", topology: .direct, dialect: dialect,
      scenario: Floor.scenario(concurrency: 1))
    ledger = try Ledger(
      LedgerBook(
        Judge(empty, dialect: dialect, scenario: nil), dialect: dialect, traffic: traffic))
  }

  /// How many are made up for at once when the run is over.
  private static let togetherAfter = 6
  /// Connections that may be open at once, each with two ends here.
  static let mostTogether = 32

  func start() {
    begun = loop.clock.now()
    tick()
  }

  /// A measured exchange of the run has started.
  func runStarts() {
    runStarted += 1
    advance()
  }

  /// The run is over: makes up for what is missing, and calls `done` when the last one has ended.
  func complete(_ done: @escaping () -> Void) {
    whenWhole = done
    // Of a run that was too fast no more is made up for than does not keep its user waiting.
    let measured = max(0, ordinals - warmup)
    let share = shared.due(started: runStarted, elapsed: .zero)
    whole = pacing.whole(begun: max(measured, min(share, measured + FloorPacing.least)))
    together = max(together, Self.togetherAfter)
    advance()
  }

  /// Nothing new starts, and what is under way is given up.
  func stop() {
    guard !isStopping else { return }
    isStopping = true
    pending.removeAll()
    let now = loop.clock.now()
    for item in Array(active.values) { item.end(.interrupted, "the run was interrupted", at: now) }
    finishIfWhole()
  }

  /// What it comes to; after the loop has stopped.
  func close() -> Outcome {
    stop()
    var seen = FarSeen()
    seen.exchanges = provider.stop()
    let result = ledger.close(ended, seen)
    let measures = result.record.measures.filter { Floor.measures.contains($0.key) }
    return Outcome(measures: measures, lateness: result.lateness)
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if id == ticking { return tick() }
    guard let (ordinal, due) = pending.removeValue(forKey: id), !isStopping else { return }
    begin(ordinal, intended: due)
  }

  private func tick() {
    advance()
    guard let tick = pacing.tick, !isStopping, whenWhole == nil else { return }
    ticking = loop.schedule(self, at: loop.clock.now() + tick)
  }

  /// Starts what is due and has room.
  private func advance() {
    let now = loop.clock.now()
    let share = shared.due(started: runStarted, elapsed: .zero)
    let due = whole ?? pacing.due(started: runStarted, elapsed: now - begun)
    while !isStopping, due > 0, ordinals < due + warmup,
      active.count + pending.count
        < (ordinals - warmup < share ? Self.mostTogether : together)
    {
      var random = SplitMix64(
        seed: seed, rule: RandomRule.floor, ordinal: UInt64(ordinals) + 1)
      let late = Nanoseconds(Int64(Double(Floor.jitter.count) * random.unit()))
      let start = now + late
      pending[loop.schedule(self, at: start)] = (ordinals, start)
      ordinals += 1
    }
    finishIfWhole()
  }

  private func finishIfWhole() {
    guard active.isEmpty, pending.isEmpty, let done = whenWhole else { return }
    whenWhole = nil
    isStopping = true
    done()
  }

  private func begin(_ ordinal: Int, intended: Instant) {
    let nonce = Nonce(seed: seed, ordinal: ordinal)
    let asked = dialect.request(traffic, nonce: nonce)
    let request = TransferRequest(
      url: url, fields: asked.headers.map { "\($0.name): \($0.value)" }, body: asked.body)
    let exchange = Exchange(
      ordinal: ordinal, nonce: nonce, warmup: ordinal < warmup, intended: intended,
      started: loop.clock.now())
    let item = ActiveExchange(exchange, owner: self, traffic: traffic)
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
    ended.append(item.exchange)
    endedBytes += item.exchange.body.count + 64 * item.exchange.timeline.reads.count + 4_096
    if endedBytes >= Limits.unjudgedBytes { handOver() }
    advance()
  }

  private func handOver() {
    let (exchanges, ledger) = (ended, LoopBound(self.ledger))
    (ended, endedBytes) = ([], 0)
    let now = loop.clock.now()
    provider.collect { ledger.object.put(exchanges, $0, asOf: now) }
  }
}
