import Core
import Foundation
import Judging
import Reporting
import Testing

/// Each shipped way of billing wrongly, played through the built-in relay and reckoned from the record:
/// the figures are right to the last digit.
@Suite(.waits) struct BillingFigureTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    /// m₁ and m₂; nil where there can be none.
    var price: String?
    var count: String?
    /// Parts of a finding and of a problem; empty where there must be none of the latter.
    var finding: String
    var problem = ""

    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "honest", price: "0", count: "0",
      finding: "every answer is billed at the provider's price, to the last digit"),
    Case(
      name: "inflated-tokens", price: "0", count: "0.03",
      finding: "30 more input tokens in each of 4 pairs"),
    Case(
      name: "hidden-prompt", price: nil, count: nil,
      finding:
        "120 more input tokens in each of 4 pairs, whatever the length: a hidden prompt of 120",
      problem: "cost missing"),
    Case(
      name: "prompt-lengths", price: nil, count: nil,
      finding:
        "input tokens against the direct ones: +3 % for each token, and 120 whatever the length",
      problem: "cost missing"),
    // 2,000 × 2 + 100 × 8 = 4,800 and 1,000 × 2 + 1,000 × 0.2 + 100 × 8 = 3,000 millionths.
    Case(
      name: "cache-as-fresh", price: "0.6", count: "0",
      finding: "billed as if the cache had not been read: 0.0072 USD over the provider's price"),
    Case(
      name: "cache-lost", price: "0", count: "0.6",
      finding: "the cache was read in 4 of 4 direct answers, and 4 of them show no read"),
    // 1,000 × 2 + 160 × 8 = 3,280 in the place of 2,800 millionths.
    Case(
      name: "reasoning-twice", price: "480/2800", count: "0",
      finding: "billed with reasoning twice, in the output and beside it: 0.00192 USD over"),
    Case(
      name: "cost-missing", price: nil, count: "0",
      finding: "the relay counts as many input tokens as the provider in all 4 pairs",
      problem: "cost missing: the answer does not say what it cost"),
    Case(
      name: "cost-as-string", price: "0", count: "0", finding: "to the last digit",
      problem: "cost as a string: usage.cost is sent in quotes"),
    // 128,000 × 4 + 100 × 12 = 513,200 and 128,000 × 2 + 100 × 8 = 256,800 millionths.
    Case(
      name: "tier-at-threshold", price: "256400/256800", count: "0",
      finding: "in the tier above 128000 tokens, at exactly the threshold: 1.0256 USD over"),
    Case(
      name: "cache-by-turns", price: nil, count: "0",
      finding: "all 2 reads of the cache are there through the relay, too", problem: "cost missing"),
  ])
  func isNamedWithItsFigure(_ wrong: Case) throws {
    let relay = try #require(try Self.relays(["billing/\(wrong.name)"]).first)
    #expect(relay.findings.contains { $0.contains(wrong.finding) }, "\(relay.findings)")
    if wrong.problem.isEmpty {
      #expect(relay.problems == [])
    } else {
      #expect(relay.problems.contains { $0.contains(wrong.problem) }, "\(relay.problems)")
    }
    #expect(Self.says(relay.overPrice.value, wrong.price), "\(relay.overPrice)")
    if let count = wrong.count { #expect(relay.overCount.value?.description == count) }
    #expect(relay.problems.count <= 1)
  }

  /// Without a direct arm, tokens against words sent have the same slope and intercept.
  @Test func slopeAndInterceptAgainstWordsAreExact() throws {
    let relay = try #require(try Self.relays(["billing/prompt-lengths"]).first)
    let line = try #require(relay.lines.first { $0.name.contains("words") })
    #expect(line.slope.description == "1.03" && line.intercept.description == "120")
    #expect(line.residual.description == "0" && line.n == 16)
  }

  /// What is sent for its cost says nothing of delays, and the page tells which is which.
  @Test func costAndDelayAreOfSeparateExchanges() throws {
    let relay = try #require(
      try Self.relays(["billing/cost-apart", "billing/honest"]).first)
    #expect(
      relay.findings.contains(
        "cost and delay are of separate exchanges: cost of billing/cost-apart, delay of billing/honest"
      ))
    #expect(relay.answers == 8 && relay.speed.exchanges == 4 && relay.speed.ttft?.n == 4)
    let alone = try #require(try Self.relays(["billing/cost-in-stream"]).first)
    #expect(alone.speed.ttft == nil && alone.speed.exchanges == 0)
    #expect(alone.findings.contains { $0.hasSuffix("delays need another scenario") })
  }

  /// A fraction has no last digit: as many as `Decimal` surely has are reckoned by hand.
  private static func says(_ value: Exact?, _ wanted: String?) -> Bool {
    guard let wanted, wanted.contains("/") else { return value?.description == wanted }
    let parts = wanted.split(separator: "/").compactMap { Int($0) }
    var digits = "0."
    var rest = parts[0]
    for _ in 0..<36 {
      rest *= 10
      digits += String(rest / parts[1])
      rest %= parts[1]
    }
    return value?.description.hasPrefix(digits) ?? false
  }

  private static func relays(_ scenarios: [String]) throws -> [RelayMarkup] {
    let directory = try CommandLineTool.scratch("figures")
    let result = try CommandLineTool.run(
      ["run"] + scenarios
        + ["--target=builtin", "--out=\(directory)", "--quiet", "--allow-unfit", "--floor-share=0"])
    #expect(result.status == 0, "\(result.error)\(result.out)")
    let file = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let record = try RunRecordReader().read([UInt8](file))
    let prices = try Data(
      contentsOf: CommandLineTool.repository.appending(path: "scenarios/billing/prices.json"))
    let list = try PriceLists.read([UInt8](prices), name: "prices.json", date: "2026-11-26")
    let input = MarkupJudge.Input(records: [("run.json", record)], prices: [list])
    return MarkupJudge.judge(input, tool: record.tool).relays
  }
}
