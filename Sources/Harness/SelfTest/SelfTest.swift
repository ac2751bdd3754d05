package import Core
import Foundation
import Judging
import Platform
import Wire

/// Measures the instrument with itself: what the client saw against what the provider's log says,
/// with nothing between them.
package final class SelfTest {
  private let version: String
  private let seed: UInt64
  private weak var observer: (any CampaignObserver)?
  private var fitness = Fitness()
  private var fitAtOne = true

  /// Streams at a time.
  package static let levels = [1, 64, 256]

  package init(version: String, seed: UInt64, observer: (any CampaignObserver)?) {
    self.version = version
    self.seed = seed
    self.observer = observer
  }

  /// - Throws: if a part of it could not be carried out; half a self-test is none.
  package func run() throws -> SelfTestRecord {
    let started = Date()
    let begun = SystemClock().now()
    _ = MachineFacts.raiseDescriptorLimit()
    var levels: [SelfTestFigures.Level] = []
    for streams in Self.levels {
      levels.append(try level(streams))
      if streams == Self.levels[0] { fitAtOne = fitness.isFit }
    }
    let floor = try floor()
    let flood = try flood()
    return SelfTestRecord(
      tool: RunRecord.Tool(version: version, curl: CurlVersion.text),
      startedAt: started.formatted(.iso8601), durationNs: SystemClock().now() - begun,
      machine: MachineFacts.read(),
      figures: SelfTestFigures(
        levels: levels, floor: floor, chunksPerSecond: flood.perSecond,
        chunksPerProcessorSecond: flood.perProcessorSecond),
      fit: fitAtOne, remarks: fitness.reasons)
  }

  /// 50 ms to the first chunk, chunks 5 ms apart; short streams where only one is under way, since
  /// each gives a single `ttft`. Many are done in two seconds, unless the machine is far too slow.
  static func scenario(_ streams: Int) -> Scenario {
    let tokens = streams == 1 ? 10 : 100
    return Scenario(
      name: "selftest-\(streams)",
      provider: ProviderScript(
        think: .constant(.milliseconds(streams == 1 ? 10 : 50)),
        steps: [
          .role("assistant"), .text(TextStep(tokens: tokens, gap: .constant(.milliseconds(5)))),
          .finish("stop"), .usage(UsageStep()), .done,
        ]),
      traffic: Traffic(
        streams: max(60, streams * 3), concurrency: streams, warmup: streams,
        duration: .seconds(streams == 1 ? 3 : 6)))
  }

  private func observe(_ scenario: Scenario) throws -> ([Observation], SelfTestStage.Outcome) {
    let script = scenario.provider
    let seed = self.seed
    let stage = try SelfTestStage(
      scenario.name, traffic: scenario.traffic, seed: seed, observer: observer
    ) { ProviderSession(connection: $0, script: script, seed: seed) }
    let outcome = stage.run()
    guard let dialect = Dialects.named(scenario.traffic.dialect) else { return ([], outcome) }
    let provider = Dictionary(grouping: outcome.provider) { $0.nonce }
    let observations = outcome.exchanges.map { exchange in
      Observation(
        exchange: exchange, provider: provider[exchange.nonce] ?? [], faults: [],
        dialect: dialect, streamWanted: true)
    }
    return (observations, outcome)
  }

  private func level(_ streams: Int) throws -> SelfTestFigures.Level {
    let (observations, outcome) = try observe(Self.scenario(streams))
    var error = LogError()
    for observation in observations { error.add(observation) }
    guard let ttft = Measures.measure(error.ttft, unit: "ns"),
      let gap = Measures.measure(error.gap, unit: "ns")
    else {
      let detail = outcome.exchanges.last?.detail ?? ""
      throw CampaignError("no stream ended well with \(streams) at a time: \(detail)")
    }
    var lateness = Lateness()
    lateness.add(outcome.exchanges, outcome.provider)
    lateness.add(reads: outcome.waits)
    fitness.judge(
      lateness.conditions(
        title: "\(streams) at a time", figures: Measures.of(observations), readsOwn: true,
        use: outcome.use))
    return SelfTestFigures.Level(
      streams: streams, ttft: .init(ttft), gap: .init(gap),
      lateness: lateness.measures.mapValues { .init($0) })
  }

  private func floor() throws -> [String: SelfTestFigures.Pair] {
    let (observations, _) = try observe(Floor.scenario(concurrency: 1))
    return Measures.of(observations).filter { Floor.measures.contains($0.key) }
      .mapValues { .init($0) }
  }

  // MARK: The flood

  private static let floodStreams = 16

  private func flood() throws -> (perSecond: Double, perProcessorSecond: Double) {
    // What a token of a chat looks like on the wire.
    let event = Array(
      (#"data: {"id":"chatcmpl-relaymark","object":"chat.completion.chunk","created":1,"model":"#
        + #""relaymark-scripted","choices":[{"index":0,"delta":{"content":" word"},"#
        + #""finish_reason":null}]}"# + "\n\n").utf8)
    let stream = FloodSession.Stream(event: event, perSend: 128, sends: 160)
    let traffic = Traffic(
      streams: Self.floodStreams, concurrency: 4, warmup: 4, duration: .seconds(2))
    let stage = try SelfTestStage("flood", traffic: traffic, seed: seed, observer: observer) { _ in
      FloodSession(stream)
    }
    let outcome = stage.run()
    let whole = outcome.exchanges.filter {
      $0.transport == .complete && $0.body.count == stream.bodyBytes
    }
    guard let first = whole.map({ $0.sent ?? $0.started }).min(),
      let last = whole.map(\.ended).max(), last > first, outcome.runnerTime > .zero
    else {
      throw CampaignError("the flood was not taken in: \(outcome.exchanges.last?.detail ?? "")")
    }
    let events = Double(whole.count * stream.events)
    return (events / (last - first).seconds, events / outcome.runnerTime.seconds)
  }
}
