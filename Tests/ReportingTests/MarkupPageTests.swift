import Core
import Foundation
import Reporting
import TestSupport
import Testing

/// Money beside milliseconds in all its forms, against committed files; `UPDATE_GOLDEN=1` rewrites
/// them.
@Suite struct MarkupPageTests {
  static func exact(_ text: String) -> Exact { Exact(DecimalText.parse(text) ?? .nan) }

  static func figure(_ text: String, low: String? = nil, high: String? = nil) -> MarkupFigure {
    MarkupFigure(
      value: exact(text), low: exact(low ?? text), high: exact(high ?? text), n: 20)
  }

  static func quantiles(_ median: Double) -> RelaySpeed.Quantiles {
    .init(
      n: 200, p50: median, p95: median * 2, p99: median * 4, low: median * 0.9, high: median * 1.2)
  }

  static func relay(_ name: String, allIn: String, ttft: Double) -> RelayMarkup {
    var relay = RelayMarkup(name: name, topology: .twoSided, model: "m")
    relay.files = ["\(name)/run.json"]
    relay.startedAt = "2026-11-26T12:00:00Z"
    relay.currency = "USD"
    relay.price = "m in prices.json5, as of 2026-11-01"
    (relay.answers, relay.priced) = (20, 20)
    (relay.expected, relay.billed) = (exact("0.09"), exact("0.099"))
    relay.overPrice = figure("0.1", low: "0.08", high: "0.12")
    relay.overCount = figure("0")
    relay.inputCount = figure("0")
    relay.outputCount = figure("0")
    relay.fee = figure("0")
    relay.allIn = figure(allIn)
    relay.monthly = exact("49")
    relay.lines = [
      TokenLine(
        name: "relay's input tokens by direct ones", slope: exact("1.03"), intercept: exact("120"),
        n: 20, residual: exact("0.5"))
    ]
    relay.findings = ["every answer is billed 10 % over the provider's price: a margin"]
    relay.speed.ttft = quantiles(ttft + 3e8)
    relay.speed.addedTTFT = quantiles(ttft)
    relay.speed.addedChunk = quantiles(ttft / 10)
    relay.speed.exchanges = 200
    relay.speed.verdicts = ["pass": 12, "fail": 1]
    return relay
  }

  static var record: MarkupRecord {
    var unknown = relay("unknown <b>", allIn: "0", ttft: 4e6)
    unknown.allIn = MarkupFigure(reason: "not known: m₂; without it, 16.05 %")
    unknown.problems = ["cost as a string: usage.cost is sent in quotes (3 answers)"]
    unknown.speed.failures = 3
    var record = MarkupRecord(
      tool: .init(version: "1.0", curl: "8"),
      lists: [
        .init(
          name: "prices.json5", form: "a table of one's own", date: "2026-11-01", models: 2,
          unpriced: [.init(entry: "x|y", reason: "input is negative (-1)")])
      ],
      relays: [
        relay("fast", allIn: "0.155", ttft: 2e6), relay("cheap", allIn: "0.05", ttft: 8e6),
        relay("neither", allIn: "0.16", ttft: 9e6), unknown,
      ], remarks: ["a/run.json is of a run that was not completed: interrupted"])
    func point(_ tokens: String, _ hosted: String, _ own: String) -> BreakEvenRecord.Point {
      .init(tokens: exact(tokens), hosted: exact(hosted), own: exact(own))
    }
    record.breakEven = BreakEvenRecord(
      inputs: .init(
        infrastructure: exact("20"), hours: exact("0"), wage: exact("75"),
        subscription: exact("0"), markup: exact("0.055"), discount: exact("0"),
        blended: exact("3"), currency: "USD"),
      fixed: exact("20"), share: exact("0.055"), spend: exact("363.6"), tokens: exact("121200000"),
      verdict: "hosting is cheaper from 363.60 USD of spending a month on",
      sensitivity: [
        .init(
          input: "markup", value: exact("0.11"), tokens: exact("60600000"),
          words: "60.6 million tokens")
      ], quoted: ["10 million tokens are 30.00 USD of spending"],
      curve: [
        point("1000000", "0.165", "20"), point("100000000", "16.5", "20"),
        point("1000000000", "165", "20"),
      ])
    return record
  }

  @Test func itFitsTheSchema() throws {
    let json = try JSON.parse(MarkupPages.json(Self.record))
    #expect(try JSONSchema.committed("markup").errors(json) == [])
    let read = try JSONDecoder().decode(
      MarkupRecord.self, from: Data(MarkupPages.json(Self.record).utf8))
    #expect(read == Self.record)
  }

  @Test(arguments: ["markup.html", "markup.md", "markup.txt"])
  func rendersAsCommitted(_ file: String) throws {
    let text =
      switch file {
      case "markup.html": MarkupPages.html(Self.record)
      case "markup.md": MarkupPages.markdown(Self.record)
      default: MarkupPages.terminal(Self.record)
      }
    try Golden.hold(text, file)
  }

  @Test func theFrontIsWhatNoOtherBeats() throws {
    let markdown = MarkupPages.markdown(Self.record)
    // Of `fast`, `cheap` and `neither`, the last is beaten in both; (0.155 − 0.05) × 1000 over 6 ms.
    #expect(markdown.contains("| fast | cheap | 6.00 ms | 17.5 USD |"))
    #expect(!markdown.contains("| cheap | neither"))
    #expect(
      markdown.contains("unknown \\<b\\> is not in the picture")
        || markdown.contains("not in the picture"))
    let html = MarkupPages.html(Self.record)
    #expect(!html.contains("unknown <b>"))
    #expect(html.components(separatedBy: "data-mark=\"point\"").count == 7)
    #expect(html.contains("developer time is said to be nothing"))
  }

  @Test func ofThoseThatCostTheSameTheFastestIsTheCheapest() {
    var record = Self.record
    record.relays = [
      Self.relay("a", allIn: "0", ttft: 2e6), Self.relay("b", allIn: "0", ttft: 1e6),
      Self.relay("c", allIn: "0.1", ttft: 9e6),
    ]
    #expect(MarkupPages.markdown(record).contains("the cheapest and fastest is b: 0 % all in"))
  }

  @Test func nothingIsLeftOfNothing() {
    let empty = MarkupRecord(tool: .init(version: "1", curl: ""), remarks: ["no relay"])
    #expect(MarkupPages.html(empty).contains("No relay was measured."))
    #expect(MarkupPages.terminal(empty).contains("no relay"))
  }
}
