import Core
import Foundation
import Testing

/// Money beside milliseconds from the command line: records made by `run`, and what is asked for.
@Suite(.waits) struct MarkupCommandTests {
  private static let prices = "--prices=scenarios/billing/prices.json"

  @Test func aRecordIsPricedAndShownInAllForms() throws {
    let directory = try CommandLineTool.scratch("markup")
    let run = try CommandLineTool.run([
      "run", "billing/cache-as-fresh", "--target=builtin", "--out=\(directory)", "--quiet",
      "--allow-unfit", "--floor-share=0",
    ])
    #expect(run.status == 0, "\(run.error)")
    let result = try CommandLineTool.run([
      "markup", directory, Self.prices, "--out=\(directory)/money", "--json",
    ])
    #expect(result.status == 0, "\(result.error)")
    let record = try JSONDecoder().decode(MarkupRecord.self, from: Data(result.out.utf8))
    let relay = try #require(record.relays.first)
    #expect(relay.overPrice.value?.description == "0.6")
    #expect(relay.overCount.value?.description == "0")
    #expect(relay.expected?.description == "0.012")
    #expect(relay.findings.contains { $0.hasPrefix("4 of 4 answers are billed as if the cache") })
    #expect(relay.speed.addedTTFT != nil)
    for file in ["markup.json", "markup.md", "markup.html"] {
      #expect(FileManager.default.fileExists(atPath: "\(directory)/money/\(file)"))
    }
    let damaged = directory + "/damaged.json"
    try "{ models: { a: { input: 1 } } }".write(toFile: damaged, atomically: true, encoding: .utf8)
    let bad = try CommandLineTool.run(["markup", directory, "--prices=\(damaged)"])
    #expect(bad.status == 2 && bad.error.contains("damaged.json:1:16: `a` has no `output` price"))
    let unknown = try CommandLineTool.run([
      "markup", directory, Self.prices, "--price-model=x", "--require-pass",
    ])
    #expect(unknown.status == 3 && unknown.out.contains("no price for x"))
    let (fetched, _) = try CommandLineTool.serving(["provider", "--listen=127.0.0.1:0"]) {
      address in
      let preset = directory + "/mine.json5"
      try """
      { name: "mine", date: "2026-11-26", url: "http://\(address)/v1", dialect: "openai-chat",
        prices: "http://\(address)/v1/models", fees: { purchase: 0.05 } }
      """.write(toFile: preset, atomically: true, encoding: .utf8)
      return try CommandLineTool.run([
        "markup", directory, "--fetch-prices", "--fees=builtin=\(preset)", "--json",
      ])
    }
    // The provider's list of models has no prices, which is said of each.
    #expect(fetched.status == 0, "\(fetched.error)")
    let priceless = try JSONDecoder().decode(MarkupRecord.self, from: Data(fetched.out.utf8))
    #expect(priceless.lists.first?.form == "OpenRouter /models")
    #expect(priceless.lists.first?.unpriced.first?.reason == "it has no pricing")
    #expect(priceless.relays.first?.fee.value?.description == "0.05")
    let stranger = try CommandLineTool.run([
      "markup", directory, Self.prices, "--fees=other=openrouter",
    ])
    #expect(stranger.status == 2 && stranger.error.contains("no target other in these records"))
  }

  @Test(arguments: [
    ([], "name the records"), (["no/such.json", prices], "cannot read no/such.json"),
    (["--breakeven", "--markup=5%", "--blended=3", "--infrastructure=1"], "--hours=N"),
    (["--breakeven", "--markup=5%", "--blended=3", "--hours=1"], "--wage=AMOUNT"),
    (["--breakeven", "--hours=1", "--wage=9", "--infrastructure=1"], "--markup=SHARE"),
    (["--breakeven", "--hours=-1"], "--hours takes an amount"),
    (["--hours=1", "x.json"], "--hours goes with --breakeven"),
  ])
  func whatIsMissingIsAskedFor(arguments: [String], mention: String) throws {
    let result = try CommandLineTool.run(["markup"] + arguments)
    #expect(result.status == 2)
    #expect(result.error.contains(mention), "\(result.error)")
  }

  @Test func targetsAreKnownByName() throws {
    let list = try CommandLineTool.run(["list", "targets"])
    #expect(list.status == 0 && list.out.contains("openrouter"))
    let run = try CommandLineTool.run(["run", "billing/honest", "--target=openrouter"])
    #expect(run.status == 2 && run.error.contains("--model=NAME"))
    let key = try CommandLineTool.run(
      ["run", "billing/honest", "--target=openrouter", "--model=x"],
      environment: ["OPENROUTER_API_KEY": ""])
    #expect(key.status == 2 && key.error.contains("OPENROUTER_API_KEY"))
  }
}
