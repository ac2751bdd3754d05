package import Core

/// An upstream that broke off is not passed off as a success (FLT-001 to FLT-005, FLT-007).
package struct FaultsTruncation: Check {
  package init() {}
  package let id = "faults/truncation"
  package let level = Verdict.Level.must
  package let requirement =
    "when the upstream breaks off, the client is told within 2 s (broken framing, an error event or"
    + " an error status) and gets what had been let through"

  /// How soon a break-off should show at the client (FLT-001).
  static let prompt = Nanoseconds.seconds(2)
  /// A token written this shortly before the cut may be lost with the connection.
  static let grace = Nanoseconds.milliseconds(50)

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    var findings = Findings()
    var delays: [Nanoseconds] = []
    var classes: [BreakClass: Int] = [:]
    for observation in evidence.observations
    where observation.exchange.left == nil && !observation.wasCutOnLegA {
      guard let broken = UpstreamBreak(observation, script: evidence.script),
        let seen = BreakClass.of(observation, against: broken)
      else { continue }
      let delay = max(.zero, observation.exchange.ended - broken.cut.at)
      delays.append(delay)
      classes[seen, default: 0] += 1
      findings.add(
        observation.ordinal,
        Self.faults(observation, broken, seen: seen, delay: delay))
    }
    guard findings.judged > 0 else {
      guard evidence.script.breaksOff || evidence.scenario.cutsUpstream else {
        return verdict(.skip, "no upstream breaks off in this scenario")
      }
      return evidence.nothing(for: self, "no break-off was met by the relay")
    }
    let counts = BreakClass.allCases.compactMap { seen in
      classes[seen].map { "\(seen.rawValue) \($0)" }
    }
    let figures =
      (["ends: " + counts.joined(separator: ", ")]
      + [Figures.times(delays).map { "learnt after \($0)" }].compactMap(\.self))
      .joined(separator: "; ")
    return findings.verdict(for: self, good: "the break-off is told", figures: figures)
  }

  /// Masking is a warning only where the upstream itself ended cleanly: the relay passed on what it
  /// got and invented nothing. An event that no longer parses is the relay's own in any case.
  static func faults(
    _ observation: Observation, _ broken: UpstreamBreak, seen: BreakClass, delay: Nanoseconds
  ) -> [(Verdict.Outcome, String)] {
    var faults: [(Verdict.Outcome, String)] = []
    switch seen {
    case .cut, .errorEvent, .httpError:
      if delay > prompt { faults.append((.warn, "told later than \(prompt)")) }
    case .masked:
      let faithful = broken.cut.clean && (observation.end != .malformed || broken.malformed)
      faults.append((faithful ? .warn : .fail, "masked: a clean end without marker or error"))
    case .fabricated:
      faults.append((.fail, "fabricated: finish, usage or marker that the provider never sent"))
    case .hang: faults.append((.fail, "hang: the client had to time out"))
    }
    guard seen != .httpError else { return faults }
    let arrived = observation.tokens.numbers
    let lost = broken.tokens.filter { !arrived.contains($0.number) }
    if lost.contains(where: { broken.cut.at - $0.instant > grace }) {
      faults.append((.fail, "lost prefix: tokens that had been let through never arrived"))
    } else if !lost.isEmpty {
      faults.append((.warn, "lost prefix: tokens of the last \(grace) before the cut"))
    }
    return faults
  }
}
