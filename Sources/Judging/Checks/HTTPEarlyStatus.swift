package import Core

/// No success is promised before the provider has answered.
package struct HTTPEarlyStatus: Check {
  package init() {}
  package let id = "http/early-status"
  package let level = Verdict.Level.must
  package let requirement =
    "no 2xx head reaches the client before the provider has answered, for it could no longer become"
    + " an error status"

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    var findings = Findings()
    for observation in evidence.observations where observation.exchange.headAt != nil {
      findings.add(observation.ordinal, faults(observation))
    }
    guard findings.judged > 0, evidence.observations.contains(where: { !$0.provider.isEmpty })
    else {
      return evidence.nothingUndisturbed(for: self, "no exchange was answered by the provider")
    }
    return findings.verdict(for: self, good: "no early success")
  }

  private func faults(_ observation: Observation) -> [(Verdict.Outcome, String)] {
    guard observation.isSuccessStatus, let head = observation.exchange.headAt else { return [] }
    guard let answered = answered(observation) else {
      return [(.fail, "2xx although the provider never answered")]
    }
    return head < answered ? [(.fail, "2xx before the provider's head")] : []
  }

  /// When the head of the provider's answer left: of the first 2xx among several tries, else of the
  /// first answer at all. Nil also when a fault on leg B kept the only answer from the relay.
  private func answered(_ observation: Observation) -> Instant? {
    let blocked = observation.faults.contains {
      $0.leg == .b && $0.bytesBefore == 0 && $0.effect.breaksOff
    }
    if blocked && observation.provider.count == 1 { return nil }
    let heads = observation.provider.filter { $0.headAt != nil }
    let successes = heads.filter { (200..<300).contains($0.status) }
    return (successes.isEmpty ? heads : successes).compactMap(\.headAt).min()
  }
}
