import Core
import Foundation
import Wire

/// LiteLLM's `model_prices_and_context_window.json`: dollars for one token, one object of models.
///
/// Tiers are fields of their own (`input_cost_per_token_above_200k_tokens`) or `tiered_pricing`;
/// prices of batches and of the priority and flex service tiers are others than those of an ordinary
/// request and are left aside.
enum LiteLLMPrices {
  static let names = [
    ("input_cost_per_token", "input"), ("output_cost_per_token", "output"),
    ("cache_read_input_token_cost", "cacheRead"),
    ("cache_creation_input_token_cost", "cacheWrite5m"),
    ("cache_creation_input_token_cost_above_1hr", "cacheWrite1h"),
    ("output_cost_per_reasoning_token", "reasoning"),
    ("input_cost_per_audio_token", "input.audio"),
    ("output_cost_per_audio_token", "output.audio"),
    ("input_cost_per_image_token", "input.image"),
    ("output_cost_per_image_token", "output.image"),
    ("input_cost_per_video_token", "input.video"),
    ("output_cost_per_video_token", "output.video"), ("input_cost_per_request", "request"),
  ]

  /// Nil if it is no such list.
  static func read(_ document: JSONValue, name: String, date: String) -> PriceList? {
    guard case .object(let members) = document, !members.isEmpty,
      members.contains(where: { $0.value["litellm_provider"] != nil })
    else { return nil }
    var list = PriceList(name: name, form: .liteLLM, date: date)
    for member in members {
      let entry = String(decoding: member.key, as: UTF8.self)
      // It describes the format.
      guard entry != "sample_spec" else { continue }
      do throws(PriceTextError) {
        list.prices[entry] = try price(member.value, as: entry)
      } catch {
        list.unpriced.append(.init(entry, error.message))
      }
    }
    return list
  }

  private static func price(
    _ model: JSONValue, as entry: String
  ) throws(PriceTextError) -> ModelPrice {
    guard case .object(let fields) = model else { throw PriceTextError("it is no object") }
    var price = ModelPrice(entry: entry, source: model["source"]?.string)
    price.rates = try PriceText.rates(model, names: names)
    price.overrides = try above(fields)
    if let tiers = model["tiered_pricing"]?.array { try add(tiers, to: &price) }
    if let offPeak = model["off_peak_pricing"] { try addOffPeak(offPeak, to: &price) }
    let sells = ["input", "output"].filter { price.rates[$0] != nil }
    if sells.count < 2 {
      let mode = model["mode"]?.string
      let lacks = ["input", "output"].filter { price.rates[$0] == nil }.joined(separator: " and ")
      throw PriceTextError(
        "no price per token for \(lacks)" + (mode.map { " (\($0))" } ?? ""))
    }
    return price
  }

  /// `…_above_200k_tokens`: strictly more input than that changes all the prices that say so.
  private static func above(
    _ fields: [JSONValue.Member]
  ) throws(PriceTextError) -> [ModelPrice.Override] {
    var tiers: [Int: ModelPrice.Rates] = [:]
    for field in fields {
      let key = String(decoding: field.key, as: UTF8.self)
      guard key.hasSuffix("_tokens"), let cut = key.range(of: "_above_", options: .backwards),
        let bucket = names.first(where: { $0.0 == key[..<cut.lowerBound] })?.1,
        let count = threshold(key[cut.upperBound...].dropLast("_tokens".count)),
        !field.value.isNull
      else { continue }
      tiers[count, default: .init()][bucket] = try PriceText.price(field.value, key, of: bucket)
    }
    return tiers.sorted { $0.key < $1.key }.map { .init(above: $0.key, rates: $0.value) }
  }

  /// `128k` or `128`.
  private static func threshold(_ text: Substring) -> Int? {
    text.hasSuffix("k") ? Int(text.dropLast()).map { $0 * 1_000 } : Int(text)
  }

  /// Whole tiers: from exclusive, to inclusive, the last one without end.
  private static func add(
    _ tiers: [JSONValue], to price: inout ModelPrice
  ) throws(PriceTextError) {
    var found: [(from: Int, rates: ModelPrice.Rates)] = []
    for tier in tiers {
      guard let range = tier["range"]?.array, range.count == 2 else {
        throw PriceTextError("a tier has no range")
      }
      let from = try PriceText.decimal(range[0], "range")
      guard let count = Int("\(from)"), count >= 0 else {
        throw PriceTextError("a tier begins at \(DecimalText.text(from)), which is no count")
      }
      found.append((count, try PriceText.rates(tier, names: names)))
    }
    found.sort { $0.from < $1.from }
    guard let first = found.first else { return }
    price.rates.prices.merge(first.rates.prices) { $1 }
    price.overrides += found.dropFirst().map { .init(above: $0.from, rates: $0.rates) }
  }

  /// Prices of the hours with little to do, in UTC; fields that it lacks keep their price.
  private static func addOffPeak(
    _ block: JSONValue, to price: inout ModelPrice
  ) throws(PriceTextError) {
    let rates = try PriceText.rates(block, names: names)
    guard !rates.prices.isEmpty else { return }
    if block["weekday_timezone"]?.string.map({ $0 != "UTC" }) ?? false {
      throw PriceTextError("its cheap hours go by the weekdays of another time zone than UTC")
    }
    var rules = [(block["hours_utc"], JSONValue?.none)]
    for window in block["windows"]?.array ?? [] {
      rules.append((window["hours_utc"], window["weekdays"]))
    }
    for (hours, weekdays) in rules {
      let texts = hours?.array?.compactMap(\.string) ?? [hours?.string].compactMap { $0 }
      let days = weekdays?.array.map { Set($0.compactMap(\.int)) }
      for text in texts {
        let ends = text.split(separator: "-").map(minute)
        guard ends.count == 2, let from = ends[0], let to = ends[1] else {
          throw PriceTextError("its cheap hours are \"\(text)\", which is no time of the day")
        }
        price.overrides.append(
          .init(hours: DailyHours(from: from, to: to, days: days), rates: rates))
      }
    }
  }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":").map { Int($0.trimmingPrefix(" ")) }
    guard parts.count == 2, let hour = parts[0], let minute = parts[1], 0...24 ~= hour,
      0..<60 ~= minute
    else { return nil }
    return hour * 60 + minute
  }
}
