import Core
import Judging
import Platform
import Wire

/// Sends the first exchanges of a run once more, without the relay: the same bytes to a provider that
/// plays the same script, or to whom the caller names, between those of the run.
final class TwinRunner: RunnerObserver {
  let runner: Runner
  private let dialect: any Dialect
  private let streamWanted: Bool
  private let redaction: Redaction
  private let provider: LocalProvider?
  private var ended: [Exchange] = []
  private var isOver = false
  private var whenOver: (() -> Void)?

  /// - Parameters:
  ///   - run: the traffic of the run, of which `count` exchanges have a twin.
  ///   - provider: behind the base URL of `options`, if it is ours; ended with this.
  init(
    loop: EventLoop, run: Traffic, count: Int, dialect: any Dialect, seed: UInt64,
    options: RunnerOptions, provider: LocalProvider?
  ) throws(SystemError) {
    self.dialect = dialect
    self.provider = provider
    streamWanted = run.stream
    redaction = Redaction(key: options.key)
    // What warms up is not measured, and costs as much.
    runner = try Runner(
      loop: loop, traffic: Self.traffic(run, count: run.warmup + count), dialect: dialect,
      seed: seed, options: options, skipping: run.warmup)
  }

  /// Twins leave nothing out and wait for each other, so that they do not load the machine.
  private static func traffic(_ run: Traffic, count: Int) -> Traffic {
    var traffic = run
    traffic.streams = count
    traffic.warmup = 0
    traffic.concurrency = 1
    traffic.arrivals = .closed
    traffic.think = .zero
    traffic.duration = nil
    traffic.stop = []
    traffic.leave = nil
    return traffic
  }

  /// How many exchanges have a twin: none where it could not have the same bytes, or no good end.
  static func count(of scenario: Scenario, wanted: Int, hasScript: Bool) -> Int {
    let traffic = scenario.traffic
    if traffic.output == .trace || traffic.prompt.text?.length == .trace { return 0 }
    guard traffic.shard == nil, traffic.leave == nil else { return 0 }
    if hasScript, !scenario.provider.isComplete { return 0 }
    return min(wanted, traffic.planned)
  }

  func start() { runner.start(observer: self) }

  /// The run is over: calls `done` when the last twin has ended.
  func complete(_ done: @escaping () -> Void) {
    if isOver { return done() }
    whenOver = done
  }

  func stop() { if !isOver { runner.interrupt() } }

  /// What was seen; after the loop has stopped.
  func close() -> [Observation] {
    var seen: [Nonce: [ProviderExchange]] = [:]
    for exchange in provider?.stop() ?? [] {
      var exchange = exchange
      redaction.mask(&exchange)
      if let nonce = exchange.nonce { seen[nonce, default: []].append(exchange) }
    }
    return ended.map { exchange in
      var exchange = exchange
      redaction.mask(&exchange)
      return Observation(
        exchange: exchange, provider: seen[exchange.nonce] ?? [], faults: [], dialect: dialect,
        streamWanted: streamWanted)
    }
  }

  // MARK: RunnerObserver

  func exchangeEnded(_ exchange: Exchange) { ended.append(exchange) }
  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant) {}
  func requestStarts(localPort: UInt16, nonce: Nonce) {}

  func runnerFinished() {
    isOver = true
    whenOver?()
    whenOver = nil
  }
}
