package import Foundation

/// What a relay takes besides the price of tokens, as its price page says it.
package struct FeePlan: Hashable, Sendable, Codable {
  /// Of each purchase of credit: a share of it, and at least so much.
  package var purchase: Exact?
  package var minimum: Exact?
  /// Of the provider's price where the customer brings a key, after so many free requests a month.
  package var ownKey: Exact?
  package var ownKeyFree: Int?
  /// A month.
  package var subscription: Exact?
  /// Requests that are recorded: how many the subscription has, and what each further step costs.
  package var logsIncluded: Int?
  package var logsStep: Int?
  package var logsPrice: Exact?

  package init(
    purchase: Decimal? = nil, minimum: Decimal? = nil, ownKey: Decimal? = nil,
    ownKeyFree: Int? = nil, subscription: Decimal? = nil, logsIncluded: Int? = nil,
    logsStep: Int? = nil, logsPrice: Decimal? = nil
  ) {
    self.purchase = purchase.map { Exact($0) }
    self.minimum = minimum.map { Exact($0) }
    self.ownKey = ownKey.map { Exact($0) }
    self.ownKeyFree = ownKeyFree
    self.subscription = subscription.map { Exact($0) }
    self.logsIncluded = logsIncluded
    self.logsStep = logsStep
    self.logsPrice = logsPrice.map { Exact($0) }
  }

  /// The fee on a purchase of that much credit, as a share of it; nil if there is no such fee.
  package func share(ofCredit credit: Decimal) -> Decimal? {
    guard let purchase, credit > 0 else { return nil }
    return max(purchase.value * credit, minimum?.value ?? 0).divided(by: credit)
  }

  /// The credit from which on the minimum does not matter.
  package var credit: Decimal? {
    guard let purchase, let minimum else { return nil }
    return minimum.value.divided(by: purchase.value)
  }

  /// The fee on one's own key as a share of the provider's price, over so many requests a month.
  package func ownKeyShare(requests: Int) -> Decimal? {
    guard let ownKey, requests > 0 else { return nil }
    let charged = max(0, requests - (ownKeyFree ?? 0))
    return (ownKey.value * Decimal(charged)).divided(by: Decimal(requests))
  }

  /// What a month costs whatever the tokens; nil if nothing does.
  package func monthly(requests: Int?) -> Decimal? {
    guard subscription != nil || logsPrice != nil else { return nil }
    var sum = subscription?.value ?? 0
    if let logsPrice, let requests {
      let beyond = max(0, requests - (logsIncluded ?? 0))
      let step = max(1, logsStep ?? 1)
      sum += logsPrice.value * Decimal(beyond / step + (beyond % step > 0 ? 1 : 0))
    }
    return sum
  }
}
