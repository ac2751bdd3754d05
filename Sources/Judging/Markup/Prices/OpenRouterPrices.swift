import Core
import Foundation
import Wire

/// OpenRouter's lists: `GET /api/v1/models`, and `GET /api/v1/models/{author}/{slug}/endpoints`.
///
/// Prices are strings in dollars for one token (or request); `overrides` replace some of them under
/// conditions, and `discount` lowers all of them.
enum OpenRouterPrices {
  /// Their names of the buckets. `image` is for a picture and not for a token, so not among them.
  static let names = [
    ("prompt", "input"), ("completion", "output"), ("request", "request"),
    ("input_cache_read", "cacheRead"), ("input_cache_write", "cacheWrite5m"),
    ("input_cache_write_1h", "cacheWrite1h"), ("internal_reasoning", "reasoning"),
    ("audio", "input.audio"), ("audio_output", "output.audio"), ("image_token", "input.image"),
    ("web_search", "web.search"),
  ]
  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// Nil if it is no such list.
  static func read(_ document: JSONValue, name: String, date: String) -> PriceList? {
    guard let data = document["data"] else { return nil }
    if let endpoints = data["endpoints"]?.array {
      return self.endpoints(endpoints, of: data["id"]?.string ?? "", name: name, date: date)
    }
    guard let models = data.array else { return nil }
    var list = PriceList(name: name, form: .openRouterModels, date: date)
    for (index, model) in models.enumerated() {
      guard let id = model["id"]?.string else {
        list.unpriced.append(.init("data[\(index)]", "it has no id"))
        continue
      }
      add(model["pricing"], as: id, to: &list)
      // The dated name, by which answers call the model.
      guard let price = list.prices[id], let slug = model["canonical_slug"]?.string,
        list.prices[slug] == nil
      else { continue }
      list.prices[slug] = price
    }
    return list
  }

  /// Each provider's price, as `MODEL @ PROVIDER`; the model's own name only where all agree.
  private static func endpoints(
    _ endpoints: [JSONValue], of model: String, name: String, date: String
  ) -> PriceList {
    var list = PriceList(name: name, form: .openRouterEndpoints, date: date)
    for (index, endpoint) in endpoints.enumerated() {
      let provider = endpoint["tag"]?.string ?? endpoint["provider_name"]?.string ?? "\(index)"
      add(endpoint["pricing"], as: "\(model) @ \(provider)", to: &list)
    }
    let prices = list.prices.values.map { price in
      var price = price
      price.entry = model
      return price
    }
    if let first = prices.first, prices.allSatisfy({ $0 == first }) {
      list.prices[model] = first
    } else {
      list.unpriced.append(
        .init(
          model,
          "its endpoints have different prices; name one with --price-model='\(model) @ PROVIDER': "
            + list.prices.keys.sorted().joined(separator: ", ")))
    }
    return list
  }

  private static func add(_ pricing: JSONValue?, as id: String, to list: inout PriceList) {
    guard let pricing, case .object = pricing else {
      list.unpriced.append(.init(id, "it has no pricing"))
      return
    }
    do throws(PriceTextError) {
      list.prices[id] = try price(pricing, as: id)
    } catch {
      list.unpriced.append(.init(id, error.message))
    }
  }

  private static func price(
    _ pricing: JSONValue, as id: String
  ) throws(PriceTextError) -> ModelPrice {
    var price = ModelPrice(entry: id, rates: try PriceText.rates(pricing, names: names))
    for bucket in ["input", "output"] where price.rates[bucket] == nil {
      throw PriceTextError("it has no price for \(bucket)")
    }
    // Reasoning is charged as output unless it has a price of its own; 0 stands for none.
    if price.rates["reasoning"] == 0 { price.rates["reasoning"] = nil }
    if let discount = pricing["discount"], !discount.isNull {
      let value = try PriceText.decimal(discount, "discount")
      guard value >= 0, value <= 1 else {
        throw PriceTextError("discount is \(DecimalText.text(value)), which is no share")
      }
      price.discount = value
    }
    for entry in pricing["overrides"]?.array ?? [] { price.overrides.append(try override(entry)) }
    return price
  }

  private static func override(
    _ entry: JSONValue
  ) throws(PriceTextError) -> ModelPrice.Override {
    var result = ModelPrice.Override(rates: try PriceText.rates(entry, names: names))
    if let least = entry["min_prompt_tokens"], !least.isNull {
      let value = try PriceText.decimal(least, "min_prompt_tokens")
      guard let count = Int("\(value)"), count >= 0 else {
        throw PriceTextError("min_prompt_tokens is \(DecimalText.text(value)), which is no count")
      }
      result.above = count
    }
    let days = try entry["utc_days"]?.array.map { (names) throws(PriceTextError) in
      try self.days(names)
    }
    let from = try clock(entry["utc_start"], "utc_start")
    let to = try clock(entry["utc_end"], "utc_end")
    guard from != nil || to != nil || days != nil else { return result }
    guard (from == nil) == (to == nil) else {
      throw PriceTextError("an override has only one of utc_start and utc_end")
    }
    result.hours = DailyHours(from: from ?? 0, to: to ?? 0, days: days)
    return result
  }

  private static func days(_ names: [JSONValue]) throws(PriceTextError) -> Set<Int> {
    var days: Set<Int> = []
    for name in names {
      guard let place = weekdays.firstIndex(of: name.string ?? "") else {
        throw PriceTextError("utc_days names \(name.string ?? "something else"), which is no day")
      }
      days.insert(place + 1)
    }
    return days
  }

  /// `1030` is half past ten.
  private static func clock(_ value: JSONValue?, _ name: String) throws(PriceTextError) -> Int? {
    guard let value, !value.isNull else { return nil }
    let number = try PriceText.decimal(value, name)
    guard let clock = Int("\(number)"), clock >= 0, clock <= 2400, clock % 100 < 60 else {
      throw PriceTextError("\(name) is \(DecimalText.text(number)), which is no time of the day")
    }
    return clock / 100 * 60 + clock % 100
  }
}
