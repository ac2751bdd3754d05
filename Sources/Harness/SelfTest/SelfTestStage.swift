import Core
import Judging
import Platform
import Wire

/// Runner and provider with nothing between them, for one part of the self-test.
final class SelfTestStage: RunnerObserver {
  /// What both sides saw, and what the loop lost.
  struct Outcome {
    var exchanges: [Exchange]
    var provider: [ProviderExchange]
    var waits: [Nanoseconds]
    var use: ProcessorUse
    /// Processor time of the runner's thread alone.
    var runnerTime: Nanoseconds
  }

  private let loop: EventLoop
  private let provider: LocalProvider
  private let runner: Runner
  private let probe: ReadProbe
  private let title: String
  private weak var observer: (any CampaignObserver)?
  private var warmupLeft: Int
  private var exchanges: [Exchange] = []

  init(
    _ title: String, traffic: Traffic, seed: UInt64, observer: (any CampaignObserver)?,
    session: @escaping @Sendable (_ connection: Int) -> any AnsweringSession
  ) throws {
    self.title = title
    self.observer = observer
    warmupLeft = traffic.warmup
    guard let dialect = Dialects.named(traffic.dialect) else {
      throw CampaignError("unknown dialect \(traffic.dialect)")
    }
    loop = try EventLoop()
    provider = try LocalProvider(session: session)
    do {
      runner = try Runner(
        loop: loop, traffic: traffic, dialect: dialect, seed: seed,
        options: RunnerOptions(baseURL: "http://\(provider.endpoint)/v1"))
      probe = try ReadProbe(loop: loop, seed: seed)
    } catch {
      _ = provider.stop()
      throw error
    }
  }

  func run() -> Outcome {
    observer?.trialStarts(title, exchanges: runner.expected)
    let meter = ProcessorMeter()
    let before = ProcessorMeter.threadTime()
    defer { loop.dispose() }
    probe.start()
    runner.start(observer: self)
    loop.run()
    let runnerTime = ProcessorMeter.threadTime() - before
    let use = meter.read()
    let seen = provider.stop()
    observer?.trialEnds(title)
    return Outcome(
      exchanges: exchanges, provider: seen, waits: probe.waits, use: use,
      runnerTime: runnerTime)
  }

  func exchangeEnded(_ exchange: Exchange) {
    observer?.trialProgress(exchange)
    exchanges.append(exchange)
    guard exchange.warmup else { return }
    warmupLeft -= 1
    if warmupLeft == 0 { probe.forget() }
  }

  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant) {}
  func requestStarts(localPort: UInt16, nonce: Nonce) {}

  func runnerFinished() {
    probe.stop()
    loop.stop()
  }
}
