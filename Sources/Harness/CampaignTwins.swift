import Core
import Judging
import Platform
import Wire

// The same requests without the relay, beside those of a run.
extension Campaign {
  /// How many exchanges of the scenario have a twin.
  func twinCount(_ scenario: Scenario, _ setting: Setting) -> Int {
    let isOurs = options.direct == nil
    // Without a relay there is nothing to compare with, and without our provider nobody to ask.
    guard setting.topology != .direct, !isOurs || setting.topology == .twoSided,
      options.sweep == nil
    else { return 0 }
    let usual = isOurs ? 1 : Direct.usualTwins
    return TwinRunner.count(
      of: scenario, wanted: options.twins ?? scenario.traffic.twins ?? usual,
      hasScript: setting.topology == .twoSided)
  }

  /// Puts what the twins used and cost beside what the exchanges did.
  func addBills(of twins: [Observation], to record: inout TargetRecord, _ scenario: Scenario) {
    var book = BillBook(model: options.direct?.model ?? scenario.traffic.model)
    let words = WordCount(scenario.traffic, seed: scenario.traffic.seed ?? options.seed)
    for twin in twins { book.add(twin, words: words.words(of: twin.ordinal)) }
    guard let direct = book.record else { return }
    var cost = record.cost ?? CostRecord()
    cost.direct = direct.bills
    record.cost = cost
  }

  /// How fast the provider is without the relay, for the difference: added delays themselves are only
  /// known where the provider is ours.
  func addMeasures(of twins: [Observation], to record: inout TargetRecord, _ scenario: Scenario)
    throws
  {
    guard record.topology == .oneSided, twins.contains(where: \.succeeded) else { return }
    let dialect = try dialect(of: scenario)
    let empty = Judge.empty(
      name: "direct", url: "", topology: .oneSided, dialect: dialect, scenario: scenario)
    var judge = Judge(empty, dialect: dialect, scenario: nil)
    for twin in twins { judge.add(twin) }
    let delays = ["ttft", "ttft.any", "e2e"]
    record.directMeasures = judge.finish().measures.filter { delays.contains($0.key) }
  }

  /// What a reader must know of twins that came to no good end; nil if all did.
  func remark(on twins: [Observation]) -> String? {
    let failed = twins.filter { !$0.succeeded }
    guard let first = failed.first else { return nil }
    let place =
      options.direct.map { Target(name: "", baseURL: $0.baseURL, dialect: "").publicURL }
      ?? "relaymark"
    let detail = first.exchange.detail.isEmpty ? "" : " (\(first.exchange.detail))"
    return
      "of \(twins.count) requests without the relay to \(place), \(failed.count) came to no good"
      + " end and are not compared: first \(first.end.rawValue)\(detail)"
  }

  /// Who sends them; nil if nobody is to.
  func twins(
    _ count: Int, _ loop: EventLoop, _ far: FarSide, _ scenario: Scenario, seed: UInt64,
    through relay: RunnerOptions
  ) throws -> TwinRunner? {
    guard count > 0 else { return nil }
    let dialect = try dialect(of: scenario)
    var traffic = scenario.traffic
    var runner = relay
    runner.legA = nil
    var provider: LocalProvider?
    if let direct = options.direct {
      runner.baseURL = direct.baseURL
      runner.key = direct.key
      traffic.model = direct.model ?? traffic.model
    } else {
      let own = try far.startTwins()
      provider = own
      // Ours speaks HTTP/1.1, whatever the relay does.
      traffic.http = .automatic
      runner.baseURL = "http://\(own.endpoint)\(dialect.basePath)"
    }
    do {
      return try TwinRunner(
        loop: loop, run: traffic, count: count, dialect: dialect, seed: seed, options: runner,
        provider: provider)
    } catch {
      _ = provider?.stop()
      throw error
    }
  }
}
