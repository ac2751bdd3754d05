import Core

/// What the three checks of a leaving client have in common.
struct Cancellation {
  var state: State
  /// Up to here it passes; up to `late` it is a warning.
  var soon: Nanoseconds
  var late: Nanoseconds

  /// What the provider was doing when the client left.
  enum State: Hashable {
    case beforeFirstByte, silent, streaming
  }

  /// The next write is this far away when the provider counts as silent: a relay that only notices
  /// when it writes needs data to flow within the limit for a running stream.
  static let silence = Nanoseconds.seconds(1)

  func judge(_ evidence: Evidence, for check: some Check) -> Verdict {
    guard evidence.hasProvider else { return check.verdict(.skip, Evidence.noUpstream) }
    guard evidence.scenario.traffic.leave != nil else {
      return check.verdict(.skip, "the client does not leave in this scenario")
    }
    guard evidence.scenario.traffic.stream else {
      return check.verdict(.skip, "the scenario asks for no stream (a whole answer has CAN-003)")
    }
    var tally = Tally()
    for observation in evidence.observations {
      guard let left = observation.exchange.left, !observation.wasCutOnLegA else { continue }
      let open = observation.provider.filter { Self.isOpen($0, at: left) }
      guard let last = open.last(where: { $0.receivedAt <= left }) ?? open.last else {
        if observation.provider.isEmpty { tally.uncontacted += 1 } else { tally.over += 1 }
        continue
      }
      guard Self.state(of: last, at: left, observation, evidence.script) == state else {
        tally.otherStates += 1
        continue
      }
      add(observation, open, left: left, to: &tally)
    }
    return verdict(tally, evidence, for: check)
  }

  private struct Tally {
    var findings = Findings()
    var delays: [Nanoseconds] = []
    var tokensAfter = 0
    var uncontacted = 0
    var over = 0
    var otherStates = 0
    var tooShort = 0
  }

  /// Whether this try was still under way when the client left, or began only afterwards.
  private static func isOpen(_ exchange: ProviderExchange, at left: Instant) -> Bool {
    if let closed = exchange.peerClosedAt { return closed > left }
    return exchange.endedAt > left
  }

  static func state(
    of exchange: ProviderExchange, at left: Instant, _ observation: Observation,
    _ script: ProviderScript
  ) -> State {
    let writes = exchange.writes.filter { $0.instant <= left }
    let stall = observation.faults.first { $0.leg == .b && $0.effect == .silences && $0.at <= left }
    if let stall { return stall.bytesBefore == 0 ? .beforeFirstByte : .silent }
    guard let last = writes.last else { return .beforeFirstByte }
    let script = script.asked(for: exchange.tokensAsked)
    switch script.next(after: writes.count, usage: exchange.wantsUsage) {
    case .never: return .silent
    case .end: return .streaming
    case .write(let after): return (last.instant + after) - left >= silence ? .silent : .streaming
    }
  }

  /// A script that ran out before the limit proves nothing: there was nothing left to close.
  private func add(
    _ observation: Observation, _ open: [ProviderExchange], left: Instant, to tally: inout Tally
  ) {
    var worst: Verdict.Outcome = .pass
    var slowest: Nanoseconds?
    for exchange in open {
      if let closed = exchange.peerClosedAt {
        let delay = closed - left
        slowest = max(slowest ?? delay, delay)
        if delay > late { worst = .fail } else if delay > soon, worst == .pass { worst = .warn }
      } else {
        let watched = exchange.endedAt - left
        guard watched > soon else {
          tally.tooShort += 1
          return
        }
        if watched > late { worst = .fail } else if worst == .pass { worst = .warn }
      }
    }
    let never = open.contains { $0.peerClosedAt == nil }
    let reason =
      never
      ? "never closed while it was watched"
      : "closed later than \(worst == .fail ? late : soon)"
    tally.findings.add(observation.ordinal, worst == .pass ? [] : [(worst, reason)])
    if let slowest, !never { tally.delays.append(slowest) }
    tally.tokensAfter += open.flatMap(\.writes).count {
      if case .token = $0.kind { $0.instant > left } else { false }
    }
  }

  private func verdict(_ tally: Tally, _ evidence: Evidence, for check: some Check) -> Verdict {
    guard tally.findings.judged > 0 else {
      if tally.tooShort > 0 {
        return check.verdict(
          .inconclusive, "the provider's answer was over within \(soon) of the client's leaving")
      }
      if tally.otherStates > 0 {
        return check.verdict(.skip, "the client never left in this state")
      }
      return evidence.nothing(
        for: check,
        tally.uncontacted > 0
          ? "the relay had not contacted the provider" : "no upstream was open when a client left")
    }
    let figures = [
      Figures.times(tally.delays).map { "closed after \($0)" },
      "\(tally.tokensAfter) tokens written after the client left",
    ].compactMap(\.self).joined(separator: "; ")
    return tally.findings.verdict(for: check, good: "the upstream was closed", figures: figures)
  }
}
