package import Core
package import Foundation

/// What one answer costs at a price, bucket by bucket.
package struct ExpectedCost: Hashable, Sendable {
  package var total: Decimal
  package var lines: [String: Decimal]
  package var rates: ModelPrice.Rates

  /// The rules that all providers share: reasoning without a price of its own is output. Anything else
  /// that was used and has no price is said, and not guessed.
  package static func of(
    _ usage: UsageBuckets, at price: ModelPrice, time: WallTime
  ) -> Result<ExpectedCost, PriceProblem> {
    of(usage, rates: price.rates(input: usage.input, at: time), entry: price.entry)
  }

  package static func of(
    _ usage: UsageBuckets, rates: ModelPrice.Rates, entry: String
  ) -> Result<ExpectedCost, PriceProblem> {
    var cost = ExpectedCost(total: 0, lines: [:], rates: rates)
    for (bucket, count) in usage.counted {
      let own = rates[bucket] ?? (bucket == "reasoning" ? rates["output"] : nil)
      // Nobody charges for a request as such unless the list says so.
      guard let rate = own ?? (bucket == "request" ? 0 : nil) else {
        guard count == 0 else { return .failure(.missing(bucket: bucket, entry: entry)) }
        continue
      }
      let amount = Decimal(count) * rate
      cost.lines[bucket] = amount
      cost.total += amount
    }
    return cost.total.isNaN ? .failure(.unbounded) : .success(cost)
  }
}

extension UsageBuckets {
  /// Each bucket with its count, by the names that prices have.
  package var counted: [(bucket: String, count: Int)] {
    [
      ("input", freshInput), ("cacheRead", cacheRead), ("cacheWrite5m", cacheWrite5m),
      ("cacheWrite1h", cacheWrite1h), ("output", visibleOutput), ("reasoning", reasoning),
      ("request", requests),
    ] + extras.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
