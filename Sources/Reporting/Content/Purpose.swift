import Core

extension TargetRecord {
  /// Streams that did not end as done because the scenario asked for just that: the client left,
  /// a fault or the script broke off, stalled or answered with an error.
  ///
  /// Told from the record alone: the faults that struck, and the checks that only apply when the
  /// provider's side is disturbed. Ends that no disturbance explains (no connection, TLS) are not
  /// counted, so that they stay an alarm.
  var endedOnPurpose: Int {
    exchanges.byEnd.reduce(0) { sum, end in
      guard let condition = EndCondition(rawValue: end.key) else { return sum }
      return sum + (isOnPurpose(condition) ? end.value : 0)
    }
  }

  private func isOnPurpose(_ end: EndCondition) -> Bool {
    switch end {
    case .cancelled: true
    // What was under way when the scenario's own `stop` ended the run.
    case .interrupted: stopped != nil
    case .httpError: isJudged("errors/status") || breaksOff
    case .eofWithoutTerminator, .premature, .reset, .timeoutFirstByte, .timeoutIdle, .timeoutTotal,
      .errorEvent,
      .malformed, .noOutput, .transportError:
      breaksOff
    case .done, .refused, .dnsFailure, .connectFailed, .tlsFailure, .timeoutConnect, .timeoutTLS,
      .notAStream, .tooLarge, .notSent:
      false
    }
  }

  private var breaksOff: Bool {
    isJudged("faults/truncation") || isJudged("faults/stall")
      || faults.contains { $0.effect.breaksOff || $0.effect == .edits }
  }

  private func isJudged(_ check: String) -> Bool {
    verdicts.contains { $0.id == check && $0.verdict != .skip }
  }
}
