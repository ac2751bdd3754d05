package import Core
package import Foundation

/// A price list that was read, with where it came from.
package struct PriceList: Hashable, Sendable {
  /// The file or address.
  package var name: String
  package var form: Form
  /// As of when: the list's own date, or that of the file.
  package var date: String
  package var prices: [String: ModelPrice]
  /// Entries that have no usable price, each with the reason.
  package var unpriced: [Unpriced]

  package init(
    name: String, form: Form, date: String, prices: [String: ModelPrice] = [:],
    unpriced: [Unpriced] = []
  ) {
    self.name = name
    self.form = form
    self.date = date
    self.prices = prices
    self.unpriced = unpriced
  }

  package enum Form: String, Hashable, Sendable, CaseIterable {
    case openRouterModels = "OpenRouter /models"
    case openRouterEndpoints = "OpenRouter /endpoints"
    case liteLLM = "LiteLLM model_prices_and_context_window.json"
    case own = "a table of one's own"
  }

  package struct Unpriced: Hashable, Sendable {
    package var entry: String
    package var reason: String

    package init(_ entry: String, _ reason: String) {
      self.entry = entry
      self.reason = reason
    }
  }

  /// Finds a model: by its name as it is, else without the provider in front (`openai/gpt-4o`), else
  /// with one if that is the only entry that ends so.
  package func find(_ model: String) -> Result<ModelPrice, PriceProblem> {
    if let price = prices[model] { return .success(price) }
    if let odd = unpriced.first(where: { $0.entry == model }) {
      return .failure(.unusable(model: model, reason: odd.reason))
    }
    if let slash = model.firstIndex(of: "/"),
      let price = prices[String(model[model.index(after: slash)...])]
    {
      return .success(price)
    }
    let ending = prices.keys.filter { $0.hasSuffix("/\(model)") }.sorted()
    if ending.count == 1 { return .success(prices[ending[0]] ?? ModelPrice(entry: model)) }
    if ending.count > 1 { return .failure(.ambiguous(model: model, entries: ending)) }
    return .failure(
      .unknown(model: model, near: Suggestion.nearest(to: model, in: prices.keys.sorted())))
  }
}

/// Why an answer has no price.
package enum PriceProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(model: String, near: String?)
  case ambiguous(model: String, entries: [String])
  case unusable(model: String, reason: String)
  /// The model has a price, but not for what was used.
  case missing(bucket: String, entry: String)
  case mixed(Money.Mixed)
  /// More than a number of 38 digits can hold.
  case unbounded

  package var description: String {
    switch self {
    case .unknown(let model, let near):
      "no price for \(model)" + (near.map { "; did you mean \($0)?" } ?? "")
        + " (--price-model=ENTRY names the entry to take)"
    case .ambiguous(let model, let entries):
      "several prices for \(model): \(entries.prefix(4).joined(separator: ", "))"
        + (entries.count > 4 ? " and \(entries.count - 4) more" : "")
        + " (--price-model=ENTRY names the one to take)"
    case .unusable(let model, let reason): "the price of \(model) cannot be used: \(reason)"
    case .missing(let bucket, let entry): "\(entry) has no price for \(bucket)"
    case .mixed(let mixed): "\(mixed.first) and \(mixed.second) are mixed, and no rate was given"
    case .unbounded: "the amount is beyond every number that can be reckoned with"
    }
  }
}

extension ModelPrice {
  /// Beyond a dollar a token it is a mistake of units, not a price.
  package static let highest: Decimal = 1
  /// A request may cost more than a token.
  package static let highestRequest: Decimal = 1_000

  /// What is wrong with a price, or nil.
  package static func problem(_ price: Decimal, of bucket: String) -> String? {
    let isCounted = ["request", "web.search"].contains(bucket)
    if price < 0 { return "\(bucket) is negative (\(DecimalText.text(price)))" }
    if price > (isCounted ? highestRequest : highest) {
      return
        "\(bucket) is \(DecimalText.text(price)) for \(isCounted ? "one" : "one token"), which is "
        + "absurd; prices are per token in the lists of OpenRouter and LiteLLM, and per million in a "
        + "table of one's own"
    }
    return nil
  }
}
