import Core
import Foundation

/// Fees that no answer shows.
enum Fees {
  /// φ, and what a month costs whatever the tokens.
  static func figure(
    _ input: MarkupJudge.Input, relay name: String
  ) -> (fee: MarkupFigure, monthly: Exact?) {
    guard let plan = input.fees[name] else {
      return (
        MarkupFigure(
          reason: "not known: name the target as one of relaymark list targets, or give --fee"), nil
      )
    }
    let monthly = plan.monthly(requests: input.requests).map(Exact.init)
    if input.ownKey { return (ownKey(plan, input), monthly) }
    guard let purchase = plan.purchase else {
      return (MarkupFigure(value: Exact(0), reason: "no fee on buying credit"), monthly)
    }
    if let credit = input.credit {
      guard let share = plan.share(ofCredit: credit) else {
        return (MarkupFigure(reason: "the credit must be above zero"), monthly)
      }
      return (
        MarkupFigure(
          value: Exact(share), reason: "on \(DecimalText.text(credit)) of credit at a time"),
        monthly
      )
    }
    let reason = plan.credit.map {
      "from \(DecimalText.fixed($0, places: 2)) of credit on; less is dearer (--credit=AMOUNT)"
    }
    return (MarkupFigure(value: purchase, reason: reason ?? ""), monthly)
  }

  private static func ownKey(_ plan: FeePlan, _ input: MarkupJudge.Input) -> MarkupFigure {
    guard plan.ownKey != nil else {
      return MarkupFigure(reason: "this target has no fee on one's own key")
    }
    guard let requests = input.requests, let share = plan.ownKeyShare(requests: requests) else {
      return MarkupFigure(
        reason: "the fee on one's own key hangs on the requests a month (--requests=N)")
    }
    return MarkupFigure(
      value: Exact(share), reason: "on one's own key, at \(requests) requests a month")
  }

  /// All of it together, or what it would need.
  static func allIn(_ relay: RelayMarkup) -> MarkupFigure {
    let parts = [("m₁", relay.overPrice), ("m₂", relay.overCount), ("φ", relay.fee)]
    let missing = parts.filter { $0.1.value == nil }.map(\.0)
    func product(_ values: [Exact?]) -> Decimal {
      values.compactMap { $0 }.reduce(1) { $0 * (1 + $1.value) } - 1
    }
    let known = product(parts.map(\.1.value))
    guard missing.isEmpty else {
      let rest = missing.count < parts.count ? "; without it, \(DecimalText.percent(known))" : ""
      return MarkupFigure(reason: "not known: \(missing.joined(separator: ", "))\(rest)")
    }
    // φ is the same for all answers, so that the extremes are those of the other two.
    let lows = [relay.overPrice.low, relay.overCount.low, relay.fee.value]
    let highs = [relay.overPrice.high, relay.overCount.high, relay.fee.value]
    return MarkupFigure(
      value: Exact(known), low: Exact(product(lows)), high: Exact(product(highs)),
      n: min(relay.overPrice.n, relay.overCount.n))
  }
}
