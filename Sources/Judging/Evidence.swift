import Core

extension Evidence {
  /// Whether our own provider stood behind the target.
  var hasProvider: Bool { topology != .oneSided }
  var script: ProviderScript { scenario.provider }

  static let noUpstream = "no upstream control: the provider behind the target is not ours"

  /// The verdict of a check that applies but found no exchange it could judge.
  func nothing(for check: some Check, _ reason: String) -> Verdict {
    guard !observations.isEmpty else {
      return check.verdict(.inconclusive, "no exchange was measured")
    }
    return check.verdict(.inconclusive, "\(reason) (\(endsInWords))")
  }

  /// The same for a check of streams that run undisturbed: where the scenario disturbs every one
  /// on purpose, no doubt is left open and the check does not apply.
  func nothingUndisturbed(for check: some Check, _ reason: String) -> Verdict {
    let disturbed = observations.allSatisfy { $0.exchange.left != nil || !$0.faults.isEmpty }
    guard !observations.isEmpty, disturbed else { return nothing(for: check, reason) }
    return check.verdict(
      .skip, "the scenario disturbs every stream on purpose: \(reason) (\(endsInWords))")
  }

  /// "8 refused, 2 done".
  var endsInWords: String {
    var counts: [String: Int] = [:]
    for observation in observations { counts[observation.end.rawValue, default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }

  /// Whether nothing of ours disturbed this exchange and the script plays a complete answer, so
  /// that whatever is missing was lost by the relay.
  func isIntact(_ observation: Observation) -> Bool {
    observation.isUndisturbed && (!hasProvider || script.isComplete)
  }
}

extension Observation {
  /// The target was never reached, or our side ended it: it says nothing about the relay.
  var isEnvironmental: Bool {
    switch end {
    case .refused, .dnsFailure, .connectFailed, .tlsFailure, .timeoutConnect, .timeoutTLS,
      .interrupted, .notSent:
      true
    default: false
    }
  }

  /// Our own fault on the client's leg shaped what the client saw.
  var wasCutOnLegA: Bool {
    faults.contains { $0.leg == .a && ($0.effect.breaksOff || $0.effect == .edits) }
  }

  /// No hang-up, no cutting fault on either leg, nothing of the environment.
  var isUndisturbed: Bool {
    exchange.left == nil && !isEnvironmental && end != .tooLarge
      && !faults.contains { $0.effect.breaksOff || $0.effect == .edits }
  }
}
