package import Core

/// A stream is passed on as it is written, not held back and poured out (catalogue: TIM-002).
package struct FidelityBuffering: Check {
  package init() {}
  package let id = "fidelity/buffering"
  package let level = Verdict.Level.must
  package let requirement =
    "tokens written apart arrive apart: arrival groups ÷ write groups at least 0.9 (warn from 0.5)"
    + " and spread at least 0.5"

  /// Arrivals closer than this are one group.
  static let arrivedApart = Nanoseconds.milliseconds(5)
  /// Writes at least this far apart should not be one group: the merge width plus room for jitter,
  /// so that a healthy 10 ms pace never sinks below it.
  static let writtenApart = Nanoseconds.milliseconds(8)
  static let fewestGroups = 5
  /// One-sided: what is too much and too late to have been written in one go.
  static let blatantEvents = 10
  static let blatantWait = Nanoseconds.milliseconds(250)

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return judgeBlindly(evidence) }
    guard evidence.scenario.traffic.stream else {
      return verdict(.skip, "the scenario asks for no stream")
    }
    let able = evidence.observations.filter {
      evidence.isIntact($0) && $0.isSuccessStatus && $0.faults.isEmpty
    }
    let judged = able.compactMap(Pace.init)
    guard !judged.isEmpty else {
      guard evidence.script.isComplete, isPaced(evidence.script) else {
        return verdict(
          .skip, "no stream of the script has \(Self.fewestGroups) groups of tokens written apart")
      }
      return evidence.nothingUndisturbed(for: self, "no stream got far enough")
    }
    return verdict(judged)
  }

  private func verdict(_ paces: [Pace]) -> Verdict {
    let share = Measures.measure(paces.map(\.share), unit: "ratio")?.p50 ?? 0
    let spread = Measures.measure(paces.map(\.spread), unit: "ratio")?.p50 ?? 0
    let outcome: Verdict.Outcome =
      share < 0.5 || spread < 0.5 ? .fail : share < 0.9 ? .warn : .pass
    let worst = paces.sorted { ($0.share, $0.ordinal) < ($1.share, $1.ordinal) }
    return verdict(
      outcome,
      "median share of groups kept apart \(Figures.ratio(share)), median spread"
        + " \(Figures.ratio(spread)), over \(paces.count) streams",
      evidence: outcome == .pass ? [] : worst.map(\.ordinal))
  }

  /// Whether the script means to write enough groups (its writes decide, this says why not).
  private func isPaced(_ script: ProviderScript) -> Bool {
    var groups = 0
    for case .text(let text) in script.steps {
      groups += text.gap.median >= Self.writtenApart ? text.tokens : min(1, text.tokens)
    }
    return groups >= Self.fewestGroups
  }

  /// How well one stream's pace was kept, from its scripted tokens.
  struct Pace {
    var ordinal: Int
    /// Arrival groups ÷ write groups, counted over the same pairs, so never above 1.
    var share: Double
    var spread: Double

    init?(_ observation: Observation) {
      var written = 1
      var arrived = 1
      let tokens = observation.tokens.arrivals
      for (left, right) in zip(tokens, tokens.dropFirst()) {
        guard let first = observation.written(left), let second = observation.written(right),
          second - first >= FidelityBuffering.writtenApart
        else { continue }
        written += 1
        if right.instant - left.instant >= FidelityBuffering.arrivedApart { arrived += 1 }
      }
      guard written >= FidelityBuffering.fewestGroups,
        let spread = Measures.spread(observation)
      else { return nil }
      ordinal = observation.ordinal
      share = Double(arrived) / Double(written)
      self.spread = spread
    }
  }

  /// Without the writes only the extreme is clear: many events in one read after a long wait, in
  /// every stream. A short wait proves nothing (a cache answers at once), and neither does a part.
  private func judgeBlindly(_ evidence: Evidence) -> Verdict {
    let able = evidence.observations.filter {
      $0.succeeded && $0.streamWanted && $0.faults.isEmpty
        && Set($0.output.map(\.offset)).count >= Self.blatantEvents
    }
    let poured = able.filter { observation in
      observation.output.allSatisfy { $0.wake == observation.output[0].wake }
        && observation.output[0].arrival - observation.sent >= Self.blatantWait
    }
    guard !able.isEmpty, poured.count == able.count else {
      return verdict(
        .skip,
        "\(Evidence.noUpstream); \(poured.count) of \(able.count) streams came in one read")
    }
    return verdict(
      .fail,
      "each of \(able.count) streams came in a single read, of at least"
        + " \(Self.blatantEvents) events and after at least \(Self.blatantWait)",
      evidence: poured.map(\.ordinal))
  }
}
