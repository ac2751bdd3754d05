import Core
import Foundation
import Judging
import Testing

/// When hosting pays, with figures that can be followed by hand.
@Suite struct BreakEvenTests {
  @Test func itIsTheQuotientOfCostAndMarkup() throws {
    let record = BreakEven.judge(try inputs())
    // 20 + 4 × 75 = 320 a month; 320 ÷ 0.055 is 5,818.18 of spending at 3 a million tokens.
    #expect(record.fixed.description == "320")
    #expect(record.spend.map { DecimalText.fixed($0.value, places: 4) } == "5818.1818")
    #expect(record.tokens.map { DecimalText.fixed($0.value, places: 0) } == "1939393939")
    #expect(record.verdict.contains("5,818.18 USD"))
    #expect(record.verdict.contains("1,939.4 million tokens"))
  }

  @Test func whatIsQuotedIsTakenApart() throws {
    let quoted = BreakEven.judge(try inputs()).quoted.joined(separator: "\n")
    #expect(quoted.contains("are 30.00 USD of spending, of which hosting saves 1.65 USD"))
    #expect(quoted.contains("at most 1.65 USD a month"))
    #expect(quoted.contains("the machines cost more than that"))
    #expect(quoted.contains("a markup of 1066.7 %"))
    let free = BreakEven.judge(try inputs(infrastructure: "0", hours: "0.02"))
    #expect(free.quoted.contains { $0.contains("hosting pays at 10 million tokens") })
  }

  @Test func itNeverOrAlwaysPays() throws {
    let never = BreakEven.judge(try inputs(markup: "0"))
    #expect(never.tokens == nil)
    #expect(never.verdict.contains("never pays"))
    let always = BreakEven.judge(try inputs(subscription: "400"))
    #expect(always.tokens == nil)
    #expect(always.verdict.contains("at any volume"))
    let gratis = BreakEven.judge(try inputs(blended: "0"))
    #expect(gratis.tokens == nil)
    #expect(gratis.quoted.count >= 2)
  }

  @Test func halvingAndDoublingMovesItAsItShould() throws {
    let record = BreakEven.judge(try inputs())
    let base = try #require(record.tokens).value
    let rows = Dictionary(grouping: record.sensitivity, by: \.input)
    #expect(rows.count == 5)
    let markup = try #require(rows["markup"])
    let halved = try #require(markup[0].tokens).value
    #expect(DecimalText.fixed(halved, places: 0) == DecimalText.fixed(base * 2, places: 0))
    #expect(try #require(rows["hours"])[1].tokens.map { $0.value > base } == true)
    #expect(record.curve.count > 20)
    // Both cost the same at the break-even, and the order changes there.
    let first = try #require(record.curve.first)
    let last = try #require(record.curve.last)
    #expect(first.hosted < first.own)
    #expect(last.hosted > last.own)
  }

  private func inputs(
    infrastructure: String = "20", hours: String = "4", wage: String = "75",
    subscription: String = "0", markup: String = "0.055", blended: String = "3"
  ) throws -> BreakEven.Inputs {
    func exact(_ text: String) throws -> Exact { Exact(try #require(DecimalText.parse(text))) }
    return BreakEven.Inputs(
      infrastructure: try exact(infrastructure), hours: try exact(hours), wage: try exact(wage),
      subscription: try exact(subscription), markup: try exact(markup), discount: try exact("0"),
      blended: try exact(blended), currency: "USD")
  }
}
