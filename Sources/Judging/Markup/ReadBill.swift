package import Core
package import Foundation

/// A bill understood: the counts in buckets, and what the relay says that it took.
package struct ReadBill: Hashable, Sendable {
  package var ordinal: Int
  package var model: String
  package var words: Int?
  package var usage: UsageBuckets?
  package var billed: Decimal?
  /// Where the amount stood.
  package var source = ""
  /// What is wrong with it, in words that are the same for the same fault.
  package var problems: [String] = []

  package init(_ bill: CostRecord.Bill, dialect: String) {
    ordinal = bill.ordinal
    model = bill.model
    words = bill.words
    if let sent = bill.usage {
      let normal = UsageShape.of(dialect: dialect).normalise(sent)
      usage = normal.buckets
      problems += normal.problems.map { "usage does not add up: \($0)" }
    } else {
      problems.append("no usage report")
    }
    readCharges(bill)
  }

  /// The sources that say what was charged, the surest first.
  private static let sources = ["usage.cost", "header x-litellm-response-cost"]

  private mutating func readCharges(_ bill: CostRecord.Bill) {
    var charges = bill.charges.map { ($0.source.lowercased(), $0.text) }
    if let text = bill.usage?.fields["cost"], !charges.contains(where: { $0.0 == "usage.cost" }) {
      charges.append(("usage.cost", text))
    }
    var found: [(source: String, amount: Decimal)] = []
    for source in Self.sources {
      guard let text = charges.last(where: { $0.0 == source })?.1 else { continue }
      if let amount = amount(text, source) { found.append((source, amount)) }
    }
    guard let first = found.first else {
      if !problems.contains(where: { $0.hasPrefix("cost ") }) {
        problems.append("cost missing: the answer does not say what it cost")
      }
      return
    }
    if let other = found.dropFirst().first(where: { !$0.amount.isNear(first.amount) }) {
      problems.append("cost said twice: \(first.source) and \(other.source) differ")
    }
    billed = first.amount
    source = first.source
    // With one's own key the relay's cost is its fee alone; the provider bills the rest.
    if bill.usage?.fields["is_byok"] == "true" {
      let path = "cost_details.upstream_inference_cost"
      if let upstream = bill.usage?.amount(path)?.value {
        billed = first.amount + upstream
        source += " and \(path)"
      } else {
        billed = nil
        problems.append("cost of the provider missing: the customer's key was used")
      }
    }
  }

  private mutating func amount(_ text: String, _ source: String) -> Decimal? {
    var plain = text
    if text.first == "\"" {
      plain = String(text.dropFirst().dropLast())
      problems.append("cost as a string: \(source) is sent in quotes")
    }
    guard let amount = DecimalText.parse(plain) else {
      problems.append("cost unreadable: \(source) is no decimal number")
      return nil
    }
    guard amount >= 0 else {
      problems.append("cost negative: \(source) is below zero")
      return nil
    }
    return amount
  }
}

extension Decimal {
  /// Equal but for what a sender who reckons in binary fractions gets wrong.
  package func isNear(_ other: Decimal) -> Bool {
    let scale = Swift.max(magnitude, other.magnitude)
    return (self - other).magnitude * Decimal(1_000_000_000_000 as Int) <= scale
  }
}
