import Core
import Platform
import Wire

/// One scenario on one target: sets up the far side, sends the traffic, waits until the far side
/// has come to rest, and hands back what the ledger makes of what both sides saw.
final class Trial: RunnerObserver, TimerTarget {
  struct Outcome {
    /// Nil only if the ledger's thread could not be reached.
    var result: LedgerBook.Result?
    /// What to tell of rules that never struck.
    var warnings: [String]
    /// The exchange that showed that nobody could be reached, if the run gave up.
    var gaveUp: Exchange?
  }

  private let loop: EventLoop
  private let scenario: Scenario
  private let title: String
  private let far: FarSide
  private let runner: Runner
  private weak var observer: (any CampaignObserver)?
  private var settleUntil: Instant?
  private var settleTimer: UInt64 = 0
  private var hurried = false
  private let dialect: any Dialect
  private let options: RunnerOptions
  private let ledger: Ledger
  /// What has ended and is not with the ledger yet.
  private var ended: [Exchange] = []
  private var endedBytes = 0
  /// Keeps the exchanges as they end.
  var recorder: ExchangeRecorder?
  var journal: ExchangeJournal?
  /// Where the plan has its zero; nil for when it is run.
  var begin: Instant?

  init(
    loop: EventLoop, scenario: Scenario, title: String, dialect: any Dialect, seed: UInt64,
    far: FarSide, options: RunnerOptions, book: LedgerBook, observer: (any CampaignObserver)?
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
    ledger = try Ledger(book)
  }

  func run() -> Outcome {
    observer?.trialStarts(title, exchanges: runner.expected)
    runner.start(observer: self, at: begin)
    loop.run()
    let seen = far.stop()
    observer?.trialEnds(title)
    return Outcome(
      result: ledger.close(ended, seen), warnings: seen.warnings + runner.warnings,
      gaveUp: runner.gaveUp)
  }

  /// Ends it in order and without waiting for the far side.
  func interrupt() {
    hurried = true
    settleUntil = settleUntil.map { _ in loop.clock.now() }
    runner.interrupt()
  }

  // MARK: RunnerObserver

  func exchangeEnded(_ exchange: Exchange) {
    observer?.trialProgress(exchange)
    journal?.finished(exchange)
    recorder?.record(exchange, request: request(of: exchange))
    ended.append(exchange)
    endedBytes += exchange.body.count + 64 * exchange.timeline.reads.count + 4_096
    if endedBytes >= Limits.unjudgedBytes { handOver() }
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
  }

  func runnerFinished() {
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
