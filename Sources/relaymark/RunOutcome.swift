import Core

/// The exit status of a run, from its record.
enum RunOutcome {
  static func code(_ record: RunRecord, interrupted: Bool, requirePass: Bool, allowUnfit: Bool)
    -> ExitCode
  {
    if interrupted { return .interrupted }
    guard record.complete else { return .incomplete }
    let verdicts = record.targets.flatMap(\.verdicts)
    let expectations = record.targets.flatMap(\.expectations)
    if verdicts.contains(where: { $0.level == .must && $0.verdict == .fail }) { return .failed }
    // An objective that is missed on a machine too slow to measure says nothing of the target.
    if !record.instrument.fit, !allowUnfit { return .unfit }
    if expectations.contains(where: { $0.outcome == .fail }) { return .failed }
    let undecided =
      verdicts.contains { $0.verdict == .inconclusive }
      || expectations.contains { $0.outcome == .inconclusive }
    return requirePass && undecided ? .inconclusive : .passed
  }
}
