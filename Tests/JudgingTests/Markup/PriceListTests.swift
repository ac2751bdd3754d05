import Core
import Foundation
import Judging
import Testing

/// Price lists in all their forms, and what cannot be priced.
@Suite struct PriceListTests {
  static let openRouter = #"""
    {"data": [
      {"id": "openai/gpt-x", "canonical_slug": "openai/gpt-x-2026-01-01", "pricing": {
        "prompt": "0.00000015", "completion": "0.0000006", "input_cache_read": "0.000000075",
        "internal_reasoning": "0", "request": "0", "image": "0.002", "discount": 0.1,
        "overrides": [
          {"min_prompt_tokens": 200000, "prompt": "0.0000003", "completion": "0.0000012"},
          {"utc_start": 1630, "utc_end": 30, "prompt": "0.00000007"},
          {"utc_days": ["saturday"], "completion": "0.0000001"},
          {"min_prompt_tokens": 200000, "prompt": "0.0000004"}]}},
      {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
      {"id": "absurd/model", "pricing": {"prompt": "3", "completion": "15"}},
      {"id": "odd/model", "pricing": {"prompt": "free", "completion": "0"}},
      {"id": "bare/model"},
      {"name": "nameless"}]}
    """#

  @Test func openRoutersModelsAreRead() throws {
    let list = try read(Self.openRouter)
    #expect(list.form == .openRouterModels)
    #expect(list.date == "2026-11-26")
    #expect(Set(list.prices.keys) == ["openai/gpt-x", "openai/gpt-x-2026-01-01"])
    let reasons = Dictionary(uniqueKeysWithValues: list.unpriced.map { ($0.entry, $0.reason) })
    #expect(reasons["openrouter/auto"] == "input is negative (-1)")
    #expect(reasons["absurd/model"]?.contains("absurd") == true)
    #expect(reasons["odd/model"] == #"prompt is "free", which is no decimal number"#)
    #expect(reasons["bare/model"] == "it has no pricing")
    #expect(reasons["data[5]"] == "it has no id")
    let price = try #require(list.prices["openai/gpt-x"])
    // A discount of a tenth on everything; reasoning at 0 is not given away but charged as output.
    let rates = price.rates(input: 200_000, at: try time("2026-11-26T12:00:00Z"))
    #expect(rates["input"] == decimal("0.000000135"))
    #expect(rates["cacheRead"] == decimal("0.0000000675"))
    #expect(rates["reasoning"] == nil)
  }

  @Test func overridesApplyByTheirConditionsAndLaterOnesWin() throws {
    let price = try #require(try read(Self.openRouter).prices["openai/gpt-x"])
    func rate(_ bucket: String, _ input: Int, _ at: String) throws -> Decimal? {
      price.rates(input: input, at: try time(at))[bucket].map { $0 / decimal("0.9") }
    }
    // Thursday. Strictly more than the threshold.
    #expect(try rate("input", 200_000, "2026-11-26T12:00:00Z") == decimal("0.00000015"))
    #expect(try rate("input", 200_001, "2026-11-26T12:00:00Z") == decimal("0.0000004"))
    #expect(try rate("output", 200_001, "2026-11-26T12:00:00Z") == decimal("0.0000012"))
    // The window wraps midnight, with its end left out.
    #expect(try rate("input", 1, "2026-11-26T16:29:59Z") == decimal("0.00000015"))
    #expect(try rate("input", 1, "2026-11-26T16:30:00Z") == decimal("0.00000007"))
    #expect(try rate("input", 1, "2026-11-27T00:29:59Z") == decimal("0.00000007"))
    #expect(try rate("input", 1, "2026-11-27T00:30:00Z") == decimal("0.00000015"))
    // The last one that applies wins, for each price by itself.
    #expect(try rate("input", 200_001, "2026-11-26T23:00:00Z") == decimal("0.0000004"))
    #expect(try rate("output", 1, "2026-11-28T12:00:00Z") == decimal("0.0000001"))
    #expect(try rate("output", 1, "2026-11-27T12:00:00Z") == decimal("0.0000006"))
  }

  @Test func endpointsArePricedOneByOne() throws {
    let list = try read(
      #"""
      {"data": {"id": "a/b", "endpoints": [
        {"tag": "one", "provider_name": "One", "pricing": {"prompt": "0.000001", "completion": "0.000002"}},
        {"tag": "two", "provider_name": "Two", "pricing": {"prompt": "0.000003", "completion": "0.000004"}}]}}
      """#)
    #expect(list.form == .openRouterEndpoints)
    #expect(list.prices.keys.sorted() == ["a/b @ one", "a/b @ two"])
    guard case .failure(let problem) = list.find("a/b") else {
      Issue.record("a price was guessed")
      return
    }
    #expect("\(problem)".contains("different prices"))
  }

  @Test func liteLLMsListIsRead() throws {
    let list = try read(
      #"""
      {"sample_spec": {"litellm_provider": "x", "max_tokens": "words", "input_cost_per_token": 0},
       "gemini/pro": {"litellm_provider": "gemini", "mode": "chat", "source": "https://example.org",
         "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05,
         "cache_read_input_token_cost": 1.25e-07, "input_cost_per_token_priority": 9e-06,
         "input_cost_per_token_above_200k_tokens": 2.5e-06,
         "output_cost_per_token_above_200k_tokens": 1.5e-05,
         "input_cost_per_token_above_200k_tokens_priority": 9e-05,
         "cache_creation_input_token_cost": 2e-06,
         "cache_creation_input_token_cost_above_1hr": 4e-06},
       "dashscope/qwen": {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": [
         {"input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "range": [256000.0, 1000000.0]},
         {"input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "range": [0, 256000.0]}]},
       "night/model": {"litellm_provider": "x", "input_cost_per_token": 4e-07, "output_cost_per_token": 8e-07,
         "off_peak_pricing": {"input_cost_per_token": 1e-07, "windows": [
           {"hours_utc": ["22:00-02:00"], "weekdays": [4]}]}},
       "dall-e": {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04}}
      """#)
    #expect(list.form == .liteLLM)
    #expect(list.prices.keys.sorted() == ["dashscope/qwen", "gemini/pro", "night/model"])
    #expect(
      list.unpriced == [
        .init("dall-e", "no price per token for input and output (image_generation)")
      ])
    let noon = try time("2026-11-26T12:00:00Z")
    let pro = try #require(list.prices["gemini/pro"])
    #expect(pro.source == "https://example.org")
    #expect(pro.rates(input: 200_000, at: noon)["input"] == decimal("0.00000125"))
    #expect(pro.rates(input: 200_001, at: noon)["input"] == decimal("0.0000025"))
    #expect(pro.rates(input: 200_001, at: noon)["cacheWrite1h"] == decimal("0.000004"))
    let qwen = try #require(list.prices["dashscope/qwen"])
    #expect(qwen.rates(input: 256_000, at: noon)["output"] == decimal("0.0000004"))
    #expect(qwen.rates(input: 256_001, at: noon)["output"] == decimal("0.000002"))
    let night = try #require(list.prices["night/model"])
    #expect(
      night.rates(input: 1, at: try time("2026-11-26T23:00:00Z"))["input"] == decimal("0.0000001"))
    #expect(
      night.rates(input: 1, at: try time("2026-11-27T23:00:00Z"))["input"] == decimal("0.0000004"))
  }

  @Test func aTableOfOnesOwnIsRead() throws {
    let list = try read(
      """
      {
        date: "2026-11-01", source: "https://example.org/prices", currency: "EUR",
        models: {
          small: { input: 0.15, output: "0.6", cacheRead: .075, request: 0.01, discount: 0.5,
            overrides: [{ above: 1000, input: 0.3 }, { from: "23:00", to: "01:00", days: ["sun"], output: 0 }] },
        },
      }
      """)
    #expect(list.form == .own)
    #expect(list.date == "2026-11-01")
    let small = try #require(list.prices["small"])
    #expect(small.currency.code == "EUR")
    #expect(small.rates["input"] == decimal("0.00000015"))
    #expect(small.rates["cacheRead"] == decimal("0.000000075"))
    #expect(small.rates["request"] == decimal("0.01"))
    let sunday = try time("2026-11-29T23:30:00Z")
    #expect(small.rates(input: 1_001, at: sunday)["input"] == decimal("0.00000015"))
    #expect(small.rates(input: 1_000, at: sunday)["output"] == 0)
  }

  @Test func mistakesInATableHavePlaces() {
    #expect(throws: (any Error).self) { try read("{ modls: {} }") }
    for (text, words) in [
      ("{ models: { a: { input: 1 } } }", "t.json5:1:16: `a` has no `output` price"),
      ("{ models: { a: { input: -1, output: 1 } } }", "input is negative"),
      ("{ models: { a: { input: 5e6, output: 1 } } }", "absurd"),
      ("{ models: { a: { input: 'x', output: 1 } } }", "no decimal number"),
      ("{ models: { a: { imput: 1, input: 1, output: 1 } } }", "did you mean `input`?"),
      ("{ currency: 'EURO', models: {} }", "three letters"),
      (
        "{ models: { a: { input: 1, output: 1, overrides: [{ input: 2 }] } } }", "needs a condition"
      ),
      (
        "{ models: { a: { input: 1, output: 1, overrides: [{ from: '25:99', to: '1:00' }] } } }",
        "time of the day"
      ),
      ("[]", "must be an object"), ("", "empty"), ("{", "t.json5:1"),
      ("{\"a\": 1}", "unknown key `a`"),
    ] {
      do {
        _ = try read(text)
        Issue.record("read: \(text)")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
      }
    }
  }

  @Test func modelsAreFoundByTheirNamesOnly() throws {
    let list = try read(
      "{ models: { 'a/x': { input: 1, output: 1 }, 'b/x': { input: 2, output: 2 },"
        + " y: { input: 3, output: 3 }, 'c/z': { input: 4, output: 4 } } }")
    #expect(try list.find("a/x").get().entry == "a/x")
    #expect(try list.find("openai/y").get().entry == "y")
    #expect(try list.find("z").get().entry == "c/z")
    #expect(throws: PriceProblem.ambiguous(model: "x", entries: ["a/x", "b/x"])) {
      try list.find("x").get()
    }
    #expect(throws: PriceProblem.self) { try list.find("w").get() }
  }

  /// The list in an installed LiteLLM, where there is one.
  @Test func theRealListLoadsWhole() throws {
    guard let data = Self.realList else { return }
    let list = try PriceLists.read([UInt8](data), name: "litellm", date: "2026-11-26")
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    // All but the entry that describes the format are there, with a price or with a reason.
    #expect(list.prices.count + list.unpriced.count == object.count - 1)
    #expect(list.prices.count > 2_000)
    #expect(list.unpriced.allSatisfy { !$0.reason.isEmpty })
    let price = try list.find("gpt-4o-mini").get()
    #expect(price.rates["input"] == decimal("0.00000015"))
    #expect(price.rates["output"] == decimal("0.0000006"))
    let odd = list.unpriced.filter { !$0.reason.hasPrefix("no price per token") }
    #expect(odd.count < 20, "\(odd)")
  }

  private static var realList: Data? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../..").standardizedFileURL
    let folder = root.appendingPathComponent(".relays/litellm-venv/lib")
    let pythons = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let paths =
      pythons.map {
        "\(folder.path)/\($0)/site-packages/litellm/model_prices_and_context_window_backup.json"
      } + [ProcessInfo.processInfo.environment["LITELLM_PRICES"]].compactMap { $0 }
    return paths.lazy.compactMap { FileManager.default.contents(atPath: $0) }.first
  }

  private func read(_ text: String) throws -> PriceList {
    try PriceLists.read(Array(text.utf8), name: "t.json5", date: "2026-11-26")
  }

  private func decimal(_ text: String) -> Decimal { DecimalText.parse(text) ?? .nan }
  private func time(_ text: String) throws -> WallTime { try WallTime(literal: text) }
}
