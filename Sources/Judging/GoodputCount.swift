import Core

/// How many streams were good: done, and within all objectives together (Zhong et al., DistServe,
/// 2024). Percentiles of each measure by itself do not tell, since it may be other streams that break
/// each of them.
struct GoodputCount {
  private let objectives: [Expectation]
  private var met = 0
  private var total = 0
  private var first: Instant?
  private var last: Instant?

  init(_ objectives: [Expectation]) { self.objectives = objectives }

  /// A failed stream is not good, and neither is one that has no figure to compare.
  mutating func add(_ observation: Observation) {
    guard !objectives.isEmpty, observation.end != .interrupted else { return }
    total += 1
    if isGood(observation) { met += 1 }
    first = min(first ?? observation.sent, observation.sent)
    last = max(last ?? observation.exchange.ended, observation.exchange.ended)
  }

  /// Nil without objectives or exchanges.
  var result: TargetRecord.Goodput? {
    guard let first, let last else { return nil }
    let seconds = (last - first).seconds
    return .init(
      objectives: objectives.map(\.text), met: met, total: total,
      perSecond: seconds > 0 ? Double(met) / seconds : 0)
  }

  private func isGood(_ observation: Observation) -> Bool {
    guard observation.succeeded else { return false }
    return Expectations.judge(
      objectives, measures: Measures.of([observation]), errors: .init(errors: 0, total: 1)
    ).allSatisfy { $0.outcome == .pass }
  }
}
