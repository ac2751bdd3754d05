import Core
import Foundation

/// Known ways of billing wrongly: what an answer would have cost in each of them.
///
/// An amount is explained only where it is met to the last digit; a near one explains nothing.
struct Explanations {
  private var counts: [String: (n: Int, excess: Decimal)] = [:]
  private var ratios: [Decimal] = []
  private var exact = 0
  private(set) var n = 0

  mutating func add(
    _ billed: Decimal, _ expected: ExpectedCost, _ usage: UsageBuckets, price: ModelPrice,
    time: WallTime
  ) {
    n += 1
    if let ratio = billed.divided(by: expected.total) { ratios.append(ratio) }
    guard !billed.isNear(expected.total) else {
      exact += 1
      return
    }
    for (words, amount) in Self.alternatives(usage, expected, price, time)
    where amount.isNear(billed) && !amount.isNear(expected.total) {
      let known = counts[words] ?? (0, 0)
      counts[words] = (known.n + 1, known.excess + billed - expected.total)
    }
  }

  /// A sentence for each way that some answers were billed in.
  func findings(_ currency: Money.Currency) -> [String] {
    guard n > 0 else { return [] }
    if exact == n { return ["every answer is billed at the provider's price, to the last digit"] }
    var sentences = counts.sorted { ($1.value.n, $0.key) < ($0.value.n, $1.key) }.map {
      words, seen in
      "\(seen.n) of \(n) answers are billed \(words):"
        + " \(DecimalText.text(seen.excess)) \(currency) over the provider's price"
    }
    if sentences.isEmpty, let first = ratios.first, ratios.count == n,
      ratios.allSatisfy({ $0.isNear(first) }), first != 1
    {
      let share = DecimalText.text(DecimalText.rounded((first - 1) * 100, places: 9))
      sentences.append("every answer is billed \(share) % over the provider's price: a margin")
    }
    return sentences
  }

  private static func alternatives(
    _ usage: UsageBuckets, _ expected: ExpectedCost, _ price: ModelPrice, _ time: WallTime
  ) -> [(String, Decimal)] {
    var found: [(String, Decimal)] = []
    func add(_ words: String, _ usage: UsageBuckets, _ rates: ModelPrice.Rates) {
      if case .success(let cost) = ExpectedCost.of(usage, rates: rates, entry: price.entry) {
        found.append((words, cost.total))
      }
    }
    if usage.cacheRead > 0 {
      var fresh = usage
      fresh.freshInput += fresh.cacheRead
      fresh.cacheRead = 0
      add("as if the cache had not been read", fresh, expected.rates)
      var twice = usage
      twice.freshInput += twice.cacheRead
      add("with what was read from the cache as fresh input besides", twice, expected.rates)
    }
    if usage.reasoning > 0 {
      var twice = usage
      twice.visibleOutput += twice.reasoning
      add("with reasoning twice, in the output and beside it", twice, expected.rates)
    }
    for override in price.overrides {
      guard let above = override.above else { continue }
      let other = price.rates(
        input: usage.input > above ? above : above.addingSaturated(1), at: time)
      guard other != expected.rates else { continue }
      let place = usage.input == above ? "at exactly the threshold" : "at \(usage.input) tokens"
      add(
        usage.input > above
          ? "in the tier up to \(above) tokens, \(place)"
          : "in the tier above \(above) tokens, \(place)",
        usage, other)
    }
    return found
  }
}
