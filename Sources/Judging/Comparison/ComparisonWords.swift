import Core

/// Why something was decided, in words that a pull request can show.
enum ComparisonWords {
  /// Why a figure may be missing, where that has a usual reason.
  static let whyMissing = [
    "added.chunk": "needs the scripted provider behind both arms (provider=HOST:PORT)",
    "added.ttft": "needs the scripted provider behind both arms (provider=HOST:PORT)",
    "stall.excess": "no stream of an arm had two events to be apart",
  ]

  static func reason(
    _ figure: ArmComparison.Figure, alpha: Double, tested: Int
  ) -> String {
    switch figure.state {
    case .pass: return "the whole interval lies below the margin"
    case .fail:
      return "the whole interval lies above the margin"
        + (tested > 1 ? ", also when corrected for \(tested) figures" : "")
    case .refused, .missing: return figure.reason
    case .inconclusive: break
    }
    guard let delta = figure.delta, let low = figure.low, let margin = figure.margin else {
      return "so many exchanges failed in both arms that neither has this figure"
    }
    let more =
      if let pairs = figure.pairsNeeded {
        "about \(pairs) pairs would decide it"
      } else {
        delta.isFinite
          ? "it lies so close to the margin that \(Limits.decidingPairs) pairs would not decide it"
          : "too many exchanges failed to tell"
      }
    let why =
      low > margin
      ? "the interval lies above the margin, but not when corrected for \(tested) figures"
      : "the interval contains the margin"
    return "\(why); \(more)"
  }

  static func reason(
    _ decision: GateDecision, _ figures: [ArmComparison.Figure], arm: String, against: String
  ) -> String {
    func names(_ state: ArmComparison.State) -> String {
      figures.filter { $0.state == state }.map(\.name).joined(separator: ", ")
    }
    let tested = figures.count { $0.state.decision != nil }
    switch decision {
    case .fail:
      let failed = figures.filter { $0.state == .fail }
      let worse = failed.map { "\($0.name) by \(words($0.delta, $0.unit)) (\(interval($0)))" }
      return "\(arm) is worse than \(against) by more than the margin: "
        + worse.joined(separator: "; ") + "."
    case .pass:
      return "\(arm) is no worse than \(against) by more than the margins, in any of "
        + "\(tested) figures."
    case .inconclusive:
      guard tested > 0 else { return "Nothing could be compared." }
      let open = [names(.inconclusive), names(.refused), names(.missing)].filter { !$0.isEmpty }
      let most = figures.compactMap(\.pairsNeeded).max()
      return "Not decided: \(open.joined(separator: ", "))."
        + (most.map { " About \($0) pairs would decide it." } ?? "")
    }
  }

  static func interval(_ figure: ArmComparison.Figure) -> String {
    guard let low = figure.low, let high = figure.high else { return "no interval" }
    return "\(words(low, figure.unit)) … \(words(high, figure.unit)), margin "
      + words(figure.margin, figure.unit)
  }

  static func words(_ value: Double?, _ unit: String) -> String {
    guard let value, !value.isNaN else { return "?" }
    guard value.isFinite else { return value < 0 ? "-∞" : "∞" }
    switch unit {
    case "ns" where value.magnitude < 9e18: return "\(Nanoseconds(Int64(value.rounded())))"
    case "ratio":
      let hundredths = (value * 10_000).rounded() / 100
      return "\(hundredths) %"
    default: return Figures.ratio(value)
    }
  }
}
