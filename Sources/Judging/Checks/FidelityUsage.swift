package import Core
import Wire

/// Usage arrives when asked for, once, with the provider's numbers (USE-001, USE-003, USE-004).
package struct FidelityUsage: Check {
  package init() {}
  package let id = "fidelity/usage"
  package let level = Verdict.Level.must
  package let requirement =
    "usage that was asked for arrives, with the provider's numbers and details, and none is invented"

  package func judge(_ evidence: Evidence) -> Verdict {
    let always = evidence.dialect.reportsUsageAlways
    let asked = evidence.scenario.traffic.usage || !evidence.scenario.traffic.stream || always
    let scripted = evidence.hasProvider ? evidence.script.usage : nil
    if evidence.hasProvider, !evidence.script.isComplete {
      return verdict(.skip, "the script plays no complete answer")
    }
    if evidence.hasProvider, scripted == nil, always {
      return verdict(
        .skip, "\(evidence.dialect.name) always reports usage, which the script has not")
    }
    if !evidence.hasProvider, !asked { return verdict(.skip, "usage was not asked for") }
    var findings = Findings()
    for observation in evidence.observations
    where observation.succeeded && evidence.isIntact(observation) {
      let faults =
        evidence.hasProvider && scripted == nil
        ? invented(observation) : judge(observation, asked: asked, scripted: scripted)
      findings.add(observation.ordinal, faults)
    }
    guard findings.judged > 0 else {
      return evidence.nothingUndisturbed(for: self, "no exchange succeeded")
    }
    let good =
      asked && !(evidence.hasProvider && scripted == nil)
      ? evidence.hasProvider ? "usage as the provider sent it" : "usage reported"
      : "no usage invented"
    return findings.verdict(for: self, good: good)
  }

  private func invented(_ observation: Observation) -> [(Verdict.Outcome, String)] {
    observation.usages.isEmpty ? [] : [(.fail, "usage that the provider never sent")]
  }

  private func judge(_ observation: Observation, asked: Bool, scripted: UsageStep?)
    -> [(Verdict.Outcome, String)]
  {
    let usages = observation.usages
    guard asked else {
      return usages.isEmpty ? [] : [(.warn, "usage that was not asked for")]
    }
    guard let last = usages.last else {
      let forwarded = observation.answer.map { $0.wantsUsage || !$0.wantsStream } ?? true
      return [(.fail, forwarded ? "usage missing" : "the request for usage was not passed on")]
    }
    var faults: [(Verdict.Outcome, String)] = []
    if usages.count > 1 { faults.append((.fail, "several usage reports that differ")) }
    let sent = scripted.map { observation.answer?.usage ?? $0 }
    let expected = sent.map { observation.dialect.usage(of: $0) }
    if let expected, !Self.equal(last, expected) {
      faults.append(
        (.fail, "reported \(Self.words(last)) instead of \(Self.words(expected))"))
    }
    return faults
  }

  /// A detail of zero may be left out; any other has to be there, for it has a price of its own.
  private static func equal(_ usage: TokenUsage, _ expected: TokenUsage) -> Bool {
    usage.prompt == expected.prompt && usage.completion == expected.completion
      && expected.cached.map { (usage.cached ?? 0) == $0 } ?? true
      && expected.reasoning.map { (usage.reasoning ?? 0) == $0 } ?? true
  }

  private static func words(_ usage: TokenUsage) -> String {
    let details = [usage.cached, usage.reasoning].map { $0.map(String.init) ?? "none" }
    return "\(usage.prompt)+\(usage.completion) (cached \(details[0]), reasoning \(details[1]))"
  }
}
