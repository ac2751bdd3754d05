import Core
import Judging
import Platform
import Wire

/// One scenario on one target: sets up the far side, sends the traffic, waits until the far side
/// has come to rest, and hands back what the ledger makes of what both sides saw.
final class Trial: RunnerObserver, TimerTarget {
  struct Outcome {
    var result: LedgerBook.Result
    /// What to tell of rules that never struck.
    var warnings: [String]
    /// The exchange that showed that nobody could be reached, if the run gave up.
    var gaveUp: Exchange?
    /// What could be read waited so long for the runner's thread.
    var waits: [Nanoseconds]
    var use: ProcessorUse
    /// What was measured without a relay meanwhile; nil where that was not wanted.
    var floor: FloorRunner.Outcome?
    /// Why no more was sent, where the scenario's `stop` said so.
    var stopped: String?
    /// What came of the same requests without the relay.
    var twins: [Observation]
  }

  private let loop: EventLoop
  private let scenario: Scenario
  private let title: String
  private let far: FarSide
  private let runner: Runner
  private weak var observer: (any CampaignObserver)?
  private var settleUntil: Instant?
  private var settleTimer: UInt64 = 0
  private var twinTimer: UInt64 = 0
  private var hurried = false
  private let dialect: any Dialect
  private let options: RunnerOptions
  private let ledger: Ledger
  private let probe: ReadProbe
  private let floor: FloorRunner?
  private var warmupLeft: Int
  /// Requests that have left, warm-up included.
  private var started = 0
  private let stopper: Stopper?
  private var stopped: String?
  /// What has ended and is not with the ledger yet.
  private var ended: [Exchange] = []
  private var endedBytes = 0
  /// Keeps the exchanges as they end.
  var recorder: ExchangeRecorder?
  var journal: ExchangeJournal?
  /// Sends some of the exchanges without the relay, too.
  var twins: TwinRunner?
  /// Where the plan has its zero; nil for when it is run.
  var begin: Instant?

  init(
    loop: EventLoop, scenario: Scenario, title: String, dialect: any Dialect, seed: UInt64,
    far: FarSide, options: RunnerOptions, book: LedgerBook, floor: FloorRunner?,
    observer: (any CampaignObserver)?
  ) throws(SystemError) {
    self.loop = loop
    self.scenario = scenario
    self.title = title
    self.far = far
    self.observer = observer
    self.dialect = dialect
    self.options = options
    runner = try Runner(
      loop: loop, traffic: scenario.traffic, dialect: dialect, seed: seed, options: options)
    probe = try ReadProbe(loop: loop, seed: seed)
    self.floor = floor
    warmupLeft = scenario.traffic.warmup
    ledger = try Ledger(book)
    stopper = try Stopper(scenario.traffic, dialect: dialect)
  }

  func run() -> Outcome {
    observer?.trialStarts(title, exchanges: runner.expected)
    let meter = ProcessorMeter()
    probe.start()
    floor?.start()
    twins?.start()
    runner.start(observer: self, at: begin)
    loop.run()
    let use = meter.read()
    stopper?.end()
    let floor = floor?.close()
    let twins = twins?.close() ?? []
    let seen = far.stop()
    observer?.trialEnds(title)
    return Outcome(
      result: ledger.close(ended, seen), warnings: seen.warnings + runner.warnings,
      gaveUp: runner.gaveUp, waits: probe.waits, use: use, floor: floor, stopped: stopped,
      twins: twins)
  }

  /// Ends it in order and without waiting for the far side.
  func interrupt() {
    hurried = true
    settleUntil = settleUntil.map { _ in loop.clock.now() }
    floor?.stop()
    twins?.stop()
    runner.interrupt()
  }

  /// Sends nothing more, since a figure has come to what the scenario calls enough.
  private func stop(_ reason: String) {
    guard stopped == nil, settleUntil == nil, !hurried else { return }
    stopped = reason
    runner.stop(early: reason)
  }

  // MARK: RunnerObserver

  func exchangeEnded(_ exchange: Exchange) {
    observer?.trialProgress(exchange)
    journal?.finished(exchange)
    recorder?.record(exchange, request: request(of: exchange))
    ended.append(exchange)
    endedBytes += exchange.body.count + 64 * exchange.timeline.reads.count + 4_096
    if endedBytes >= Limits.unjudgedBytes { handOver() }
    if exchange.warmup {
      warmupLeft -= 1
      if warmupLeft == 0 { probe.forget() }
    }
    guard let stopper, stopped == nil else { return }
    let (mailbox, own) = (loop.mailbox, LoopBound(self))
    stopper.add(exchange) { reason in mailbox.put { _ in own.object.stop(reason) } }
  }

  /// Has what has ended judged while the rest goes on.
  private func handOver() {
    let (exchanges, ledger) = (ended, LoopBound(self.ledger))
    (ended, endedBytes) = ([], 0)
    let now = loop.clock.now()
    far.collect { ledger.object.put(exchanges, $0, asOf: now) }
  }

  /// What the runner sent: the same traffic and prompt give the same bytes.
  private func request(of exchange: Exchange) -> RecordedRequest {
    let asked = dialect.request(
      scenario.traffic, prompt: runner.prompt(of: exchange.ordinal))
    var headers = asked.headers
    if let key = options.key {
      headers.append(HeaderField(name: asked.keyHeader, value: asked.keyPrefix + key))
    }
    let url = Runner.url(base: options.baseURL, path: asked.path)
    let authority = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    return RecordedRequest(
      method: "POST", target: String(url[authority...].drop { $0 != "/" }), headers: headers,
      body: asked.body)
  }

  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant) {
    far.clientDecoded(events: events, bytes: bytes, localPort: localPort, nonce: nonce, at: at)
  }

  func requestStarts(localPort: UInt16, nonce: Nonce) {
    far.requestStarts(localPort: localPort, nonce: nonce)
    started += 1
    if started > scenario.traffic.warmup { floor?.runStarts() }
  }

  func runnerFinished() {
    probe.stop()
    guard !hurried, runner.gaveUp == nil else {
      twins?.stop()
      return settle()
    }
    guard let floor else { return awaitTwins() }
    floor.complete { [unowned self] in awaitTwins() }
  }

  private func awaitTwins() {
    guard let twins else { return settle() }
    twinTimer = loop.schedule(self, at: loop.clock.now() + Limits.twinPatience)
    twins.complete { [unowned self] in settle() }
  }

  private func settle() {
    guard far.hasProvider, !hurried else {
      loop.stop()
      return
    }
    let patience = scenario.traffic.leave == nil ? Limits.settle : Limits.settleAfterLeaving
    settleUntil = loop.clock.now() + patience
    observer?.trialSettles(title)
    askWhetherSettled()
  }

  // MARK: Coming to rest

  func timerFired(_ id: UInt64, now: Instant) {
    if id == twinTimer { twins?.stop() }
    guard id == settleTimer else { return }
    askWhetherSettled()
  }

  private func askWhetherSettled() {
    guard let until = settleUntil, loop.clock.now() < until else {
      loop.stop()
      return
    }
    let mailbox = loop.mailbox
    let own = LoopBound(self)
    far.countOpen { open in
      mailbox.put { _ in own.object.settled(open: open) }
    }
  }

  private func settled(open: Int) {
    guard open > 0 else {
      loop.stop()
      return
    }
    settleTimer = loop.schedule(self, at: loop.clock.now() + .milliseconds(10))
  }
}
