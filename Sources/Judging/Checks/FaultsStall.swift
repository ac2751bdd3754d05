package import Core

/// A stalled upstream does not hang the client for ever (catalogue: FLT-010, FLT-011).
package struct FaultsStall: Check {
  package init() {}
  package let id = "faults/stall"
  package let level = Verdict.Level.must
  package let requirement =
    "a stalled upstream is ended by the relay's own timeout, with an error the client can see"

  /// A close this shortly before the client's own end may be the same event.
  static let margin = Nanoseconds.seconds(1)

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    guard evidence.topology != .direct else {
      return verdict(.skip, "no relay stands between client and provider")
    }
    var findings = Findings()
    var ended: [Nanoseconds] = []
    var waited: [Nanoseconds] = []
    for observation in evidence.observations
    where observation.exchange.left == nil && !observation.wasCutOnLegA
      && !observation.isEnvironmental
    {
      guard let since = stalled(observation, evidence.script) else { continue }
      let time = max(.zero, observation.exchange.ended - since)
      let faults = faults(observation)
      if faults.isEmpty { ended.append(time) } else { waited.append(time) }
      findings.add(observation.ordinal, faults)
    }
    guard findings.judged > 0 else {
      let plays = evidence.script.stallsForEver || evidence.scenario.stallsUpstream
      guard plays, evidence.scenario.traffic.leave == nil else {
        return verdict(.skip, "no upstream stalls for ever in this scenario while the client waits")
      }
      return evidence.nothing(for: self, "no stall was met by the relay")
    }
    let figures = [
      Figures.times(ended).map { "ended after \($0)" },
      Figures.times(waited).map { "not told after \($0)" },
    ].compactMap(\.self).joined(separator: "; ")
    return findings.verdict(for: self, good: "the stall is ended and told", figures: figures)
  }

  /// When the first try fell silent; nil when a try was answered after all.
  private func stalled(_ observation: Observation, _ script: ProviderScript) -> Instant? {
    var first: Instant?
    for upstream in Upstream.tries(observation, script: script) {
      switch upstream.end {
      case .complete: return nil
      case .stalled(let since): first = first ?? since
      case .failed, .cut, .abandoned: break
      }
    }
    return first
  }

  /// No timeout of the relay is known here, so one that outlasts the client is only a warning,
  /// unless it had hung up on the provider and still left the client waiting.
  private func faults(_ observation: Observation) -> [(Verdict.Outcome, String)] {
    switch observation.end {
    case .httpError, .errorEvent, .premature, .reset, .transportError: return []
    case .timeoutFirstByte, .timeoutIdle, .timeoutTotal:
      let gaveUp =
        observation.provider.last?.peerClosedAt.map {
          observation.exchange.ended - $0 > Self.margin
        } ?? false
      return gaveUp
        ? [(.fail, "the relay gave the provider up and left the client waiting")]
        : [(.warn, "the relay did not end it before the client's own timeout")]
    default:
      return [(.fail, "ended as if nothing were missing (\(observation.end.rawValue))")]
    }
  }
}
