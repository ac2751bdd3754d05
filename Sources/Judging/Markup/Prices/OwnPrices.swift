import Core
import Foundation

/// A price table of one's own, in the JSON5 of scenarios (README, "Prices").
enum OwnPrices {
  static let keys = ["date", "source", "currency", "per", "models"]
  static let conditions = ["above", "from", "to", "days"]
  static let extras = [
    "input.audio", "input.image", "input.video", "output.audio", "output.image", "output.video",
    "web.search",
  ]
  static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  static func read(
    _ bytes: [UInt8], name: String, date: String
  ) throws(ScenarioErrors) -> PriceList {
    let root = try JSON5Value.read(bytes, path: name)
    var reader = TableReader(path: name)
    let table = reader.members(root, "a price table", keys: keys)
    var list = PriceList(
      name: name, form: .own, date: table["date"].flatMap { reader.text($0) } ?? date)
    let source = table["source"].flatMap { reader.text($0) }
    var currency = Money.Currency.usd
    if let member = table["currency"], let code = reader.text(member) {
      if let known = Money.Currency(code) {
        currency = known
      } else {
        reader.problem("`currency` is three letters such as USD, not \(code)", member.value)
      }
    }
    var per: Decimal = 1_000_000
    if let member = table["per"], let value = reader.decimal(member) {
      if value > 0 { per = value } else { reader.problem("`per` must be above zero", member.value) }
    }
    guard let models = table["models"], case .object(let entries) = models.value.kind else {
      reader.problem("`models` must be an object of models", table["models"]?.value ?? root)
      throw reader.errors
    }
    for entry in entries {
      var price = ModelPrice(entry: entry.key, currency: currency, source: source)
      reader.fill(&price, from: entry, per: per)
      list.prices[entry.key] = price
    }
    guard reader.isClean else { throw reader.errors }
    return list
  }

}

extension TableReader {
  fileprivate mutating func fill(_ price: inout ModelPrice, from entry: JSON5Member, per: Decimal) {
    let keys = ModelPrice.buckets + OwnPrices.extras + ["discount", "overrides", "source"]
    let fields = members(entry.value, "a model's prices", keys: keys)
    price.rates = rates(fields, per: per)
    for bucket in ["input", "output"] where fields[bucket] == nil {
      problem("`\(entry.key)` has no `\(bucket)` price", entry.value)
    }
    if let source = fields["source"] { price.source = text(source) ?? price.source }
    if let member = fields["discount"], let discount = decimal(member) {
      if discount < 0 || discount > 1 {
        problem("`discount` is a share from 0 to 1, such as 0.1", member.value)
      } else {
        price.discount = discount
      }
    }
    guard let overrides = fields["overrides"] else { return }
    guard case .array(let values) = overrides.value.kind else {
      return problem("`overrides` must be an array", overrides.value)
    }
    for value in values { price.overrides.append(override(value, per: per)) }
  }

  private mutating func rates(
    _ fields: [String: JSON5Member], per: Decimal
  ) -> ModelPrice.Rates {
    var rates = ModelPrice.Rates()
    for bucket in ModelPrice.buckets + OwnPrices.extras {
      guard let member = fields[bucket], let value = decimal(member) else { continue }
      // What is counted one by one has its price for one.
      let isCounted = bucket == "request" || bucket == "web.search"
      let rate = isCounted ? value : value / per
      if let wrong = ModelPrice.problem(rate, of: bucket) { problem(wrong, member.value) }
      rates[bucket] = rate
    }
    return rates
  }

  private mutating func override(_ value: JSON5Value, per: Decimal) -> ModelPrice.Override {
    let keys = OwnPrices.conditions + ModelPrice.buckets + OwnPrices.extras
    let fields = members(value, "an override", keys: keys)
    var result = ModelPrice.Override(rates: rates(fields, per: per))
    if let member = fields["above"], let above = decimal(member) {
      if let count = Int("\(above)"), count >= 0 {
        result.above = count
      } else {
        problem("`above` is a number of tokens", member.value)
      }
    }
    let from = fields["from"].flatMap { clock($0) }
    let to = fields["to"].flatMap { clock($0) }
    let days = fields["days"].flatMap { self.days($0) }
    if (fields["from"] == nil) != (fields["to"] == nil) {
      problem("`from` and `to` go together", value)
    }
    if from != nil || to != nil || days != nil {
      result.hours = DailyHours(from: from ?? 0, to: to ?? 0, days: days)
    }
    if result.above == nil, result.hours == nil {
      problem("an override needs a condition: `above`, `from` and `to`, or `days`", value)
    }
    return result
  }

  private mutating func clock(_ member: JSON5Member) -> Int? {
    guard let text = text(member) else { return nil }
    let parts = text.split(separator: ":").map { Int($0) }
    guard parts.count == 2, let hour = parts[0], let minute = parts[1], 0...24 ~= hour,
      0..<60 ~= minute
    else {
      problem("`\(member.key)` is a time of the day in UTC, such as \"16:30\"", member.value)
      return nil
    }
    return hour * 60 + minute
  }

  private mutating func days(_ member: JSON5Member) -> Set<Int>? {
    guard case .array(let values) = member.value.kind else {
      problem(
        "`days` must be an array of \(OwnPrices.weekdays.joined(separator: ", "))", member.value)
      return nil
    }
    var days: Set<Int> = []
    for value in values {
      guard case .string(let text) = value.kind,
        let place = OwnPrices.weekdays.firstIndex(of: text.text)
      else {
        problem("a day is one of \(OwnPrices.weekdays.joined(separator: ", "))", value)
        continue
      }
      days.insert(place + 1)
    }
    return days
  }
}
