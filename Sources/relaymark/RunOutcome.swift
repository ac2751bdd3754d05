import Core

/// The exit status of a run, from its record.
enum RunOutcome {
  static func code(
    _ record: RunRecord, interrupted: Bool, hollow: String?, requirePass: Bool, allowUnfit: Bool
  ) -> ExitCode {
    if interrupted { return .interrupted }
    guard record.complete else { return .incomplete }
    let verdicts = record.targets.flatMap(\.verdicts)
    let expectations = record.targets.flatMap(\.expectations)
    if verdicts.contains(where: { $0.level == .must && $0.verdict == .fail }) { return .failed }
    // An objective that is missed on a machine too slow to measure says nothing of the target.
    if !record.instrument.fit, !allowUnfit { return .unfit }
    if expectations.contains(where: { $0.outcome == .fail }) { return .failed }
    guard hollow == nil else { return .incomplete }
    if let sweep = record.sweep, sweep.highestHeld == nil { return .failed }
    let undecided =
      verdicts.contains { $0.verdict == .inconclusive }
      || expectations.contains { $0.outcome == .inconclusive }
    return requirePass && undecided ? .inconclusive : .passed
  }

  /// What to say of a target none of whose streams ended well although nothing in the scenario
  /// stood in their way: such a run showed nothing, and must not look as if it had passed.
  static func hollow(_ record: RunRecord, _ scenarios: [Scenario]) -> String? {
    for (target, scenario) in zip(record.targets, scenarios) {
      let ends = target.exchanges.byEnd
      // Whoever sets an objective for errors has said how many may be.
      let allowed = target.expectations.contains {
        $0.outcome == .pass && $0.text.hasPrefix("errors.")
      }
      guard !ends.isEmpty, target.exchanges.done == 0, !allowed,
        endsWell(scenario, provider: target.topology != .oneSided)
      else { continue }
      let counts = ends.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      let detail = target.streams.first { !$0.detail.isEmpty }.map { ": \($0.detail)" } ?? ""
      return "no stream of \(scenario.name) on \(target.name) ended well "
        + "(\(counts.joined(separator: ", "))\(detail)); nothing could be measured"
    }
    return nil
  }

  /// Whether a faultless relay would bring this scenario's streams to a good end.
  private static func endsWell(_ scenario: Scenario, provider: Bool) -> Bool {
    let disturbed = scenario.faults.contains { provider || $0.leg == .a }
    guard scenario.traffic.leave == nil, !disturbed else { return false }
    return !provider
      || scenario.provider.steps.allSatisfy { step in
        switch step {
        case .close, .reset, .error, .errorEvent, .raw, .stall(nil): false
        default: true
        }
      } && (scenario.provider.steps.contains(.done) || !scenario.traffic.stream)
  }
}
