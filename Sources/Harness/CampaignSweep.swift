import Core
import Judging

extension Campaign {
  /// Measures rate after rate, as long as the plan asks for one and nobody interrupts.
  ///
  /// - Returns: what came out, and why it could not go on, if it could not.
  func sweep(
    _ plan: SweepPlan, _ scenario: Scenario, _ targets: inout [TargetRecord]
  ) throws -> (SweepRecord, gaveUp: String?) {
    var record = SweepRecord(objectives: plan.objectives.map(\.text))
    var gaveUp: String?
    while !wasInterrupted, gaveUp == nil,
      let rate = plan.next(after: record.stages.map { ($0.rate, $0.held) })
    {
      let stage = plan.scenario(
        scenario, rate: rate, number: record.stages.count, seed: options.seed)
      let (target, reason) = try measure(stage)
      targets.append(target)
      gaveUp = reason
      if wasInterrupted || gaveUp != nil { break }
      record.stages.append(SweepJudge.stage(rate, target, plan.objectives))
    }
    SweepJudge.conclude(&record)
    return (record, gaveUp)
  }
}
