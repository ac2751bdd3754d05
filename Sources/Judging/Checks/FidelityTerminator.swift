package import Core
import Wire

/// One terminal marker, and nothing after it.
package struct FidelityTerminator: Check {
  package init() {}
  package let id = "fidelity/terminator"
  package let level = Verdict.Level.must
  package let requirement = "a stream ends with exactly one terminal marker and nothing after it"

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.scenario.traffic.stream else {
      return verdict(.skip, "the scenario asks for no stream")
    }
    guard !evidence.hasProvider || evidence.script.isComplete else {
      return verdict(.skip, "the script does not end with a terminal marker")
    }
    var findings = Findings()
    for observation in evidence.observations
    where evidence.isIntact(observation) && observation.isSuccessStatus {
      findings.add(observation.ordinal, faults(observation))
    }
    guard findings.judged > 0 else {
      return evidence.nothingUndisturbed(for: self, "no stream was left to run to its end")
    }
    return findings.verdict(for: self, good: "one terminal marker, the last event")
  }

  private func faults(_ observation: Observation) -> [(Verdict.Outcome, String)] {
    let events = observation.reading.events
    let places = events.indices.filter { events[$0].kind == .terminator }
    guard let first = places.first else { return [(.fail, "no terminal marker")] }
    var faults: [(Verdict.Outcome, String)] = []
    if places.count > 1 { faults.append((.fail, "more than one terminal marker")) }
    let after = events[(first + 1)...].contains {
      switch $0.kind {
      case .comment, .empty, .terminator: false
      default: true
      }
    }
    if after { faults.append((.fail, "events after the terminal marker")) }
    if let from = observation.reading.danglingFrom,
      observation.exchange.body.dropFirst(from).contains(where: { $0 != 0x0A && $0 != 0x0D })
    {
      faults.append((.fail, "bytes after the terminal marker"))
    }
    return faults
  }
}
