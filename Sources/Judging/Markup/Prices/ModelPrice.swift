package import Core
package import Foundation

/// What one model costs: a price for each bucket, and what replaces it under conditions.
package struct ModelPrice: Hashable, Sendable {
  package var currency: Money.Currency
  package var rates: Rates
  /// In the order of the list; of several that apply, later ones win, price by price.
  package var overrides: [Override]
  /// Every price is multiplied by one minus this.
  package var discount: Decimal
  /// Where the list says that it has this price from.
  package var source: String?
  /// The name it stands under.
  package var entry: String

  package init(
    entry: String, currency: Money.Currency = .usd, rates: Rates = Rates(),
    overrides: [Override] = [], discount: Decimal = 0, source: String? = nil
  ) {
    self.entry = entry
    self.currency = currency
    self.rates = rates
    self.overrides = overrides
    self.discount = discount
    self.source = source
  }

  /// Prices of one token, or one request, by bucket.
  package struct Rates: Hashable, Sendable {
    package var prices: [String: Decimal]

    package init(_ prices: [String: Decimal] = [:]) { self.prices = prices }

    package subscript(_ bucket: String) -> Decimal? {
      get { prices[bucket] }
      set { prices[bucket] = newValue }
    }
  }

  package struct Override: Hashable, Sendable {
    /// It applies when the input has more tokens than this, strictly.
    package var above: Int?
    package var hours: DailyHours?
    package var rates: Rates

    package init(above: Int? = nil, hours: DailyHours? = nil, rates: Rates) {
      self.above = above
      self.hours = hours
      self.rates = rates
    }
  }

  /// The buckets that every provider has; others are extras.
  package static let buckets = [
    "input", "cacheRead", "cacheWrite5m", "cacheWrite1h", "output", "reasoning", "request",
  ]

  /// The prices of a request of so many input tokens at that time.
  package func rates(input: Int, at time: WallTime) -> Rates {
    var result = rates
    for override in overrides {
      if let above = override.above, input <= above { continue }
      if let hours = override.hours, !hours.contains(time) { continue }
      result.prices.merge(override.rates.prices) { $1 }
    }
    guard discount != 0 else { return result }
    return Rates(result.prices.mapValues { $0 * (1 - discount) })
  }
}

/// A part of each day in UTC, or of some days of the week.
package struct DailyHours: Hashable, Sendable {
  /// Minutes of the day, the second exclusive; equal for the whole day. The part wraps past midnight
  /// if the first is the larger one.
  package var from: Int
  package var to: Int
  /// 1 is Monday; nil for all. Of a part that wraps, each half goes by its own day.
  package var days: Set<Int>?

  package init(from: Int, to: Int, days: Set<Int>? = nil) {
    self.from = from
    self.to = to
    self.days = days
  }

  package func contains(_ time: WallTime) -> Bool {
    let minutes = Self.floorDivide(time.nanoseconds, 60_000_000_000)
    let day = Self.floorDivide(minutes, 1_440)
    let minute = Int(minutes - day * 1_440)
    // 1 January 1970 was a Thursday.
    let weekday = Int((day % 7 + 7 + 3) % 7) + 1
    if let days, !days.contains(weekday) { return false }
    if from == to { return true }
    return from < to ? from <= minute && minute < to : minute >= from || minute < to
  }

  /// Whether it begins or ends between two instants, so that not all in between has one price.
  package func changes(between start: WallTime, and end: WallTime) -> Bool {
    let step = Nanoseconds(60_000_000_000)
    var at = start
    while at < end, at - start < .seconds(8 * 24 * 3_600) {
      if contains(at) != contains(start) { return true }
      at = at + step
    }
    return contains(end) != contains(start)
  }

  private static func floorDivide(_ number: Int64, _ divisor: Int64) -> Int64 {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }
}
