package import Core

/// What each rate of a sweep comes to, and all of them together.
package enum SweepJudge {
  /// A machine that is later than this with one in a hundred requests or chunks may itself be what
  /// breaks an objective.
  private static let tolerance = Nanoseconds.milliseconds(1)

  package static func stage(
    _ rate: Double, _ target: TargetRecord, _ objectives: [Expectation]
  ) -> SweepRecord.Stage {
    let counted = target.exchanges.total - (target.exchanges.byEnd["interrupted"] ?? 0)
    let errors =
      counted - target.exchanges.done - (target.exchanges.byEnd["cancelled"] ?? 0)
    let results = Expectations.judge(
      objectives, measures: target.measures, errors: .init(errors: errors, total: counted))
    // A figure that is not there did not hold: nothing came that it could be taken from.
    let missed = results.filter { $0.outcome != .pass }
    return SweepRecord.Stage(
      rate: rate, sentPerSecond: target.pace?.sentPerSecond ?? 0,
      donePerSecond: target.pace?.donePerSecond ?? 0, streams: counted, errors: errors,
      ttft: target.measures["ttft"].map { .init($0) },
      lateness: target.measures["lateness.send"].map { .init($0) }, held: missed.isEmpty,
      missed: missed.map { "\($0.text): \($0.actual)" }, machine: machine(target))
  }

  private static func machine(_ target: TargetRecord) -> String? {
    var reasons: [String] = []
    if let left = target.exchanges.byEnd["not-sent"], left > 0 {
      reasons.append("\(left) requests could not be sent: too many streams were under way")
    }
    for (name, what) in [
      ("lateness.send", "requests were sent"), ("lateness.write", "chunks were written"),
    ] {
      guard let late = target.measures[name], late.p99 > Double(tolerance.count) else { continue }
      reasons.append("1 % of \(what) more than \(Nanoseconds(Int64(late.p99))) late")
    }
    return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
  }

  /// Says what the stages come to.
  package static func conclude(_ record: inout SweepRecord) {
    let broke = record.stages.filter { !$0.held }.min { $0.rate < $1.rate }
    let held = record.stages.filter { stage in
      stage.held && (broke.map { stage.rate < $0.rate } ?? true)
    }.max { $0.rate < $1.rate }
    record.highestHeld = held?.rate
    record.lowestBroke = broke?.rate
    var words: String
    switch (held, broke) {
    case (nil, nil): words = "No rate was measured."
    case (let held?, nil):
      words = "Held at every rate up to \(SweepPlan.text(held.rate))/s."
    case (nil, let broke?):
      words = "Did not hold at \(SweepPlan.text(broke.rate))/s, the lowest rate that was tried."
    case (let held?, let broke?):
      words =
        "Held up to \(SweepPlan.text(held.rate))/s and broke at \(SweepPlan.text(broke.rate))/s."
    }
    if let broke {
      words += " There \(broke.missed.joined(separator: ", "))."
      if let machine = broke.machine {
        words +=
          " This machine may have been the limit, and not the target: \(machine)."
      }
    }
    record.result = words
  }
}
