import Core

/// How many streams were good: done, and within all objectives together (Zhong et al., DistServe,
/// 2024). Percentiles of each measure by itself do not tell, since it may be other streams that break
/// each of them.
enum Goodput {
  /// Nil without objectives or exchanges. A failed stream is not good, and neither is one that has no
  /// figure to compare.
  static func of(_ measured: [Observation], objectives: [Expectation]) -> TargetRecord.Goodput? {
    let counted = measured.filter { $0.end != .interrupted }
    guard !objectives.isEmpty, let first = counted.map(\.sent).min(),
      let last = counted.map(\.exchange.ended).max()
    else { return nil }
    let met = counted.count { isGood($0, objectives) }
    let seconds = (last - first).seconds
    return .init(
      objectives: objectives.map(\.text), met: met, total: counted.count,
      perSecond: seconds > 0 ? Double(met) / seconds : 0)
  }

  private static func isGood(_ observation: Observation, _ objectives: [Expectation]) -> Bool {
    guard observation.succeeded else { return false }
    return Expectations.judge(
      objectives, measures: Measures.of([observation]), errors: .init(errors: 0, total: 1)
    ).allSatisfy { $0.outcome == .pass }
  }
}
