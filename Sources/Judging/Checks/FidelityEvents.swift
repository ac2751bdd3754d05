package import Core

/// Every token once and in order (catalogue: HTTP-005, FLT-013).
package struct FidelityEvents: Check {
  package init() {}
  package let id = "fidelity/events"
  package let level = Verdict.Level.must
  package let requirement =
    "every token the provider sends arrives once and in order, with none of another answer"

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    guard evidence.script.steps.contains(where: { if case .text = $0 { true } else { false } })
    else { return verdict(.skip, "the script sends no text") }
    var findings = Findings()
    for observation in evidence.observations
    where observation.isSuccessStatus && !observation.isEnvironmental
      && observation.answer != nil
    {
      findings.add(observation.ordinal, faults(observation, intact: evidence.isIntact(observation)))
    }
    guard findings.judged > 0 else {
      return evidence.nothingUndisturbed(for: self, "no exchange was answered by the provider")
    }
    return findings.verdict(for: self, good: "every token once and in order")
  }

  /// Loss is judged only where nothing of ours cut the answer; the rest always is.
  private func faults(_ observation: Observation, intact: Bool) -> [(Verdict.Outcome, String)] {
    let tokens = observation.tokens
    var faults: [(Verdict.Outcome, String)] = []
    if intact, let planned = observation.answer?.tokensPlanned,
      tokens.arrivals.count < planned
    {
      faults.append((.fail, tokens.arrivals.isEmpty ? "all tokens lost" : "tokens lost"))
    }
    if tokens.duplicated > 0 { faults.append((.fail, "tokens repeated")) }
    if tokens.reordered > 0 { faults.append((.fail, "tokens out of order")) }
    if tokens.foreign > 0 { faults.append((.fail, "tokens of another answer")) }
    return faults
  }
}
