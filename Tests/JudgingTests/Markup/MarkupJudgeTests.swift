import Core
import Foundation
import Judging
import Testing

/// Relays that bill wrongly in known ways are told apart, each with its figure.
@Suite struct MarkupJudgeTests {
  static let prices = """
    { date: "2026-11-01", models: { m: { input: 3, output: 15, cacheRead: 0.3,
      overrides: [{ above: 200000, input: 6, output: 22.5 }] } } }
    """

  @Test func anHonestRelayHasNoMarkup() throws {
    let relay = try judge(
      bills(5) { _ in (usage(1000, 100), "0.0045") },
      direct: bills(5) { _ in
        (usage(1000, 100), nil)
      })
    #expect(relay.overPrice.value?.description == "0")
    #expect(relay.overCount.value?.description == "0")
    #expect(relay.billed?.description == "0.0225")
    #expect(
      relay.findings.contains { $0.hasPrefix("every answer is billed at the provider's price") })
    #expect(relay.problems.isEmpty)
    // 5.5 % on buying credit, of at least 0.80.
    #expect(relay.fee.value?.description == "0.055")
    #expect(relay.allIn.value?.description == "0.055")
  }

  @Test func aMarginIsNamed() throws {
    let relay = try judge(
      bills(4) { number in
        (
          usage(1000 + number, 100),
          DecimalText.text((Decimal(1000 + number) * 3 + 1500) * 11 / 10_000_000)
        )
      })
    #expect(relay.overPrice.value?.description == "0.1")
    #expect(relay.overPrice.low?.description == "0.1")
    #expect(
      relay.findings.contains("every answer is billed 10 % over the provider's price: a margin"))
    #expect(relay.overCount.value == nil)
    #expect(relay.overCount.reason.hasPrefix("no direct arm"))
    #expect(relay.allIn.value == nil)
    #expect(relay.allIn.reason == "not known: m₂; without it, 16.05 %")
  }

  @Test func aCacheReadBilledAsFreshIsNamed() throws {
    let cached = usage(1000, 100, ["prompt_tokens_details.cached_tokens": "800"])
    // 200 × 3 + 800 × 0.3 + 100 × 15 = 2,340 and 4,500 millionths.
    let relay = try judge(bills(2) { _ in (cached, "0.0045") })
    #expect(relay.expected?.description == "0.00468")
    #expect(
      relay.findings.contains(
        "2 of 2 answers are billed as if the cache had not been read: 0.00432 USD over the provider's"
          + " price"))
  }

  @Test func reasoningBilledTwiceIsNamed() throws {
    let thinking = usage(1000, 100, ["completion_tokens_details.reasoning_tokens": "60"])
    let relay = try judge(bills(1) { _ in (thinking, "0.0054") })
    #expect(relay.overPrice.value?.description == "0.2")
    #expect(
      relay.findings.contains {
        $0.hasPrefix("1 of 1 answers are billed with reasoning twice") && $0.contains("0.0009 USD")
      })
  }

  @Test func theTierAtExactlyTheThresholdIsNamed() throws {
    // 200,000 × 3 is 0.6; at the higher tier it is 1.2 and the output 0.00225.
    let relay = try judge(bills(1) { _ in (usage(200_000, 100), "1.20225") })
    #expect(relay.expected?.description == "0.6015")
    #expect(
      relay.findings.contains(
        "1 of 1 answers are billed in the tier above 200000 tokens, at exactly the threshold: 0.60075"
          + " USD over the provider's price"))
    let above = try judge(bills(1) { _ in (usage(200_001, 100), "1.202256") })
    #expect(above.overPrice.value?.description == "0")
  }

  @Test func aHiddenPromptAndALargerCountAreToldApart() throws {
    let lengths = [100, 200, 400, 800]
    let direct = bills(4) { (usage(lengths[$0], 10), nil) }
    let hidden = try judge(bills(4) { (usage(lengths[$0] + 120, 10), nil) }, direct: direct)
    #expect(
      hidden.findings.contains(
        "120 more input tokens in each of 4 pairs, whatever the length: a hidden prompt of 120 tokens"
      ))
    let line = try #require(hidden.lines.first { $0.name.hasPrefix("relay's") })
    #expect(line.slope.description == "1")
    #expect(line.intercept.description == "120")
    #expect(line.residual.description == "0")
    let larger = try judge(bills(4) { (usage(lengths[$0] * 103 / 100, 10), nil) }, direct: direct)
    #expect(larger.inputCount.value?.description == "0.03")
    #expect(
      larger.findings.contains { $0.contains("+3 % for each token, and 0 whatever the length") })
    // (1500 × 1.03 × 3 + 4 × 10 × 15) ÷ (1500 × 3 + 600) − 1.
    #expect(
      larger.overCount.value.map { DecimalText.fixed($0.value, places: 10) } == "0.0264705882")
    let words = try #require(larger.lines.first { $0.name.hasPrefix("relay: ") })
    #expect(words.n == 4)
  }

  @Test func whatCannotBeKnownIsSaid() throws {
    let odd = try judge([
      bill(0, usage(1000, 100, ["total_tokens": "1200"]), "0.0045"),
      bill(1, usage(1000, 100), "\"0.0045\""), bill(2, usage(1000, 100), "-1"),
      bill(3, usage(1000, 100), nil), bill(4, nil, "0.1"),
      bill(5, usage(1000, 100, ["prompt_tokens_details.cached_tokens": "1001"]), "0.0045"),
      bill(6, usage(1000, 100, ["prompt_tokens_details.audio_tokens": "5"]), "0.0045"),
    ])
    #expect(odd.overPrice.value?.description == "0")
    #expect(odd.overPrice.n == 2)
    for words in [
      "usage does not add up: the total is said to be 1200, but the parts add up to 1100",
      "cost as a string: usage.cost is sent in quotes", "cost negative: usage.cost is below zero",
      "cost missing: the answer does not say what it cost", "no usage report",
      "usage does not add up: prompt_tokens is 1000, and its parts are 1001",
      "no expected cost: m has no price for input.audio",
    ] {
      #expect(odd.problems.contains { $0.hasPrefix(words) }, "\(words): \(odd.problems)")
    }
    let unknown = try judge([bill(0, usage(1, 1), "1", model: "mm")])
    #expect(unknown.overPrice.value == nil)
    #expect(unknown.overPrice.reason.hasPrefix("no price for mm"))
  }

  @Test func aMachineThatWasNotFitIsSaid() {
    let record = RunRecord(
      tool: .init(version: "0", curl: ""), startedAt: "2026-11-26T12:00:00Z",
      durationNs: .seconds(1), complete: true, note: "",
      machine: .init(system: "", processor: "", cores: 1, memoryBytes: 1), seed: 1,
      instrument: .init(floor: [:], lateness: [:], fit: false, remarks: []), targets: [])
    let input = MarkupJudge.Input(records: [("a/run.json", record)], prices: [])
    let remarks = MarkupJudge.judge(input, tool: record.tool).remarks
    #expect(remarks.contains { $0.hasPrefix("a/run.json: the machine was not fit") })
  }

  @Test func twinsOfTheWarmUpPairWithNothing() throws {
    let relay = try judge(
      [bill(5, usage(1000, 100), "0.0045")], direct: [bill(0, usage(1000, 100), nil)])
    #expect(relay.overCount.value == nil)
    #expect(relay.overCount.reason.contains("--twins=N"))
  }

  @Test func currenciesAreNotMixed() throws {
    let euro = Self.prices.replacing("{ date", with: "{ currency: 'EUR', date")
    let relay = try judge(bills(1) { _ in (usage(1000, 100), "0.0045") }, prices: euro)
    #expect(relay.overPrice.value == nil)
    #expect(relay.problems.contains { $0.contains("EUR and USD are mixed") })
  }

  @Test func aRelaysOwnPricesStandInForCostsThatItDoesNotSay() throws {
    let own = "{ models: { m: { input: 3.3, output: 16.5 } } }"
    let relay = try judge(bills(2) { _ in (usage(1000, 100), nil) }, relayPrices: own)
    #expect(relay.overPrice.value?.description == "0.1")
    #expect(relay.problems.isEmpty)
  }

  @Test func aListThatSeveralRelaysHaveIsNamedOnce() throws {
    let provider = try list(Self.prices)
    let own = try list("{ models: { m: { input: 3.3, output: 16.5 } } }", name: "own.json5")
    var input = MarkupJudge.Input(records: [], prices: [provider])
    input.relayPrices = ["a": own, "b": own, "c": provider]
    let record = MarkupJudge.judge(input, tool: .init(version: "0", curl: ""))
    #expect(record.lists.map(\.name) == ["p.json5", "own.json5"])
  }

  @Test func ownKeysAddTheProvidersBill() throws {
    let fields = usage(
      1000, 100, ["is_byok": "true", "cost_details.upstream_inference_cost": "0.0045"])
    let relay = try judge(bills(1) { _ in (fields, "0.000225") })
    #expect(relay.overPrice.value?.description == "0.05")
    let lacking = try judge(bills(1) { _ in (usage(1000, 100, ["is_byok": "true"]), "0.000225") })
    #expect(lacking.overPrice.value == nil)
  }

  @Test func feesHangOnTheCredit() throws {
    let plan = FeePlan(
      purchase: DecimalText.parse("0.055"),
      minimum: DecimalText.parse("0.8"),
      ownKey: DecimalText.parse("0.05"), ownKeyFree: 1_000_000, subscription: 49,
      logsIncluded: 100_000, logsStep: 100_000, logsPrice: 9)
    #expect(plan.share(ofCredit: 5).map(DecimalText.text) == "0.16")
    #expect(plan.share(ofCredit: 100).map(DecimalText.text) == "0.055")
    #expect(plan.share(ofCredit: 0) == nil)
    #expect(plan.ownKeyShare(requests: 2_000_000).map(DecimalText.text) == "0.025")
    #expect(plan.ownKeyShare(requests: 10) == 0)
    #expect(plan.monthly(requests: 100_000) == 49)
    #expect(plan.monthly(requests: 100_001) == 58)
    #expect(plan.monthly(requests: 350_000) == 76)
  }

  // MARK: Scenes

  private func usage(_ prompt: Int, _ completion: Int, _ more: [String: String] = [:]) -> SentUsage
  {
    SentUsage(
      ["prompt_tokens": "\(prompt)", "completion_tokens": "\(completion)"].merging(more) { $1 })
  }

  private func bill(
    _ ordinal: Int, _ usage: SentUsage?, _ cost: String?, model: String = "m"
  ) -> CostRecord.Bill {
    CostRecord.Bill(
      ordinal: ordinal, model: model, words: 50 + ordinal * 100, usage: usage,
      charges: cost.map { [.init(source: "usage.cost", text: $0)] } ?? [])
  }

  private func bills(
    _ count: Int, _ make: (Int) -> (SentUsage?, String?)
  ) -> [CostRecord.Bill] {
    (0..<count).map { number in
      let (usage, cost) = make(number)
      return bill(number, usage, cost)
    }
  }

  private func list(_ text: String, name: String = "p.json5") throws -> PriceList {
    try PriceLists.read(Array(text.utf8), name: name, date: "2026-11-26")
  }

  private func judge(
    _ bills: [CostRecord.Bill], direct: [CostRecord.Bill]? = nil, prices: String = prices,
    relayPrices: String? = nil
  ) throws -> RelayMarkup {
    var target = TargetRecord(
      name: "relay", url: "", topology: .oneSided, dialect: "openai-chat",
      scenario: .init(
        name: "s", about: "", streams: bills.count, concurrency: 1, arrivals: "closed", faults: []))
    target.cost = CostRecord(bills: bills, direct: direct)
    let record = RunRecord(
      tool: .init(version: "0", curl: ""), startedAt: "2026-11-26T12:00:00Z",
      durationNs: .seconds(1), complete: true, note: "",
      machine: .init(system: "", processor: "", cores: 1, memoryBytes: 1), seed: 1,
      instrument: .init(floor: [:], lateness: [:], fit: true, remarks: []), targets: [target])
    var input = MarkupJudge.Input(records: [("run.json", record)], prices: [try list(prices)])
    if let relayPrices { input.relayPrices["relay"] = try list(relayPrices) }
    input.fees["relay"] = FeePlan(
      purchase: DecimalText.parse("0.055"), minimum: DecimalText.parse("0.8"))
    return try #require(MarkupJudge.judge(input, tool: record.tool).relays.first)
  }
}
