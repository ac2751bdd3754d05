import Core
import Testing
import Wire

/// What each provider's Chat Completions have of their own, byte for byte.
@Suite struct ChatProfileTests {
  private func chunks(_ steps: [Step], _ dialect: any Dialect, usage: Bool = true) throws
    -> [JSONValue]
  {
    let body = DialectBench.play(steps, in: dialect, usage: usage).body
    return try String(decoding: body, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("data: {") }
      .map { try JSONValue.parse(Array($0.dropFirst(6).utf8)) }
  }

  private func delta(_ chunk: JSONValue) -> JSONValue? {
    chunk["choices"]?.array?.first?["delta"]
  }

  private let plain: [Step] = [
    .role("assistant"), DialectBench.text(1, .reasoning), DialectBench.text(1), .finish("stop"),
    .usage(UsageStep()), .done,
  ]

  @Test func deepSeekHasBothTextsAndUsageWithTheFinish() throws {
    let chunks = try chunks(plain, DeepSeek())
    #expect(chunks.count == 4)
    #expect(delta(chunks[0])?["content"]?.isNull == true)
    #expect(delta(chunks[1])?["content"]?.isNull == true)
    #expect(delta(chunks[1])?["reasoning_content"]?.string == DialectBench.token(0, "r"))
    #expect(delta(chunks[2])?["reasoning_content"]?.isNull == true)
    #expect(chunks[3]["usage"]?["prompt_cache_hit_tokens"]?.int == 1024)
    #expect(chunks[3]["usage"]?["prompt_cache_miss_tokens"]?.int == 213)
    let comments = DialectBench.play([.keepAlive], in: DeepSeek()).body
    #expect(String(decoding: comments, as: UTF8.self) == ": keep-alive\n\n")
  }

  @Test func mistralThinksInPartsAndCallsAsAWhole() throws {
    let chunks = try chunks(DialectBench.everything, Mistral())
    let thinking = try #require(delta(chunks[1])?["content"]?.array?.first)
    #expect(thinking["type"]?.string == "thinking")
    #expect(
      thinking["thinking"]?.array?.first?["text"]?.string == DialectBench.token(0, "r"))
    let calls = chunks.compactMap { delta($0)?["tool_calls"]?.array?.first }
    #expect(calls.count == 2)
    #expect(calls.allSatisfy { $0["index"] == nil && $0["type"] == nil })
    #expect(calls[0]["id"]?.string == "89abcdef0")
    let speaks = try self.chunks([.role("assistant"), DialectBench.text(1)], Mistral())
    #expect(delta(speaks[1])?["content"]?.string == DialectBench.token(0))
  }

  @Test func qwenHasEmptyIdsInLaterDeltas() throws {
    let calls = try chunks(DialectBench.everything, Qwen())
      .compactMap { delta($0)?["tool_calls"]?.array?.first }
    #expect(calls.count == 7)
    #expect(calls[1]["id"]?.string == "" && calls[1]["type"]?.string == "function")
  }

  @Test func azureOpensWithAnEventWithoutChoices() throws {
    let chunks = try chunks(plain, AzureOpenAI())
    #expect(chunks[0]["choices"]?.array == [] && chunks[0]["id"]?.string == "")
    #expect(chunks[0]["prompt_filter_results"] != nil)
    let asked = AzureOpenAI().request(Traffic(model: "d"), nonce: DialectBench.nonce)
    #expect(asked.path.hasPrefix("/openai/deployments/d/chat/completions?api-version="))
    #expect(asked.keyHeader == "api-key" && asked.keyPrefix == "")
  }

  @Test func openRouterNamesItsProviderAndItsCost() throws {
    let chunks = try chunks(plain, OpenRouter())
    let unasked = HTTPRequest(
      method: "POST", target: "/api/v1/chat/completions", minorVersion: 1, headers: [], head: [],
      body: Array(#"{"stream":true}"#.utf8))
    #expect(OpenRouter().accepts(unasked)?.usage == true)
    #expect(Qwen().accepts(unasked)?.usage == false)
    #expect(chunks.allSatisfy { $0["provider"]?.string == "relaymark" })
    #expect(
      delta(chunks[1])?["reasoning_details"]?.array?.first?["text"]?.string
        == DialectBench.token(0, "r"))
    let finish = try #require(chunks[3]["choices"]?.array?.first)
    #expect(finish["native_finish_reason"]?.string == "stop")
    #expect(chunks[4]["choices"]?.array == [] && chunks[4]["usage"]?["cost"] != nil)
    let broken = try self.chunks([DialectBench.text(1), .errorEvent(ErrorStep())], OpenRouter())
    #expect(broken[1]["error"]?["code"]?.int == 500)
    #expect(broken[1]["choices"]?.array?.first?["finish_reason"]?.string == "error")
  }

  @Test func groqNamesItselfInTheFirstAndTheLastChunk() throws {
    let chunks = try chunks(plain, Groq())
    #expect(chunks.map { $0["x_groq"] != nil } == [true, false, false, true])
    #expect(delta(chunks[1])?["reasoning"]?.string == DialectBench.token(0, "r"))
    #expect(chunks[3]["x_groq"]?["usage"]?["total_tokens"]?.int == 1656)
    #expect(chunks[3]["usage"]?["total_tokens"]?.int == 1656)
  }

  @Test func xAIHasNoFinishBeforeTheEnd() throws {
    let choices = try chunks(plain, XAI()).compactMap { $0["choices"]?.array?.first }
    #expect(choices.map { $0["finish_reason"] != nil } == [false, false, false, true])
    let calls = try chunks(DialectBench.everything, XAI())
      .compactMap { delta($0)?["tool_calls"]?.array?.first }
    #expect(calls.map { $0["index"]?.int } == [0, 1])
  }

  @Test func vLLMNamesTheStopSequence() throws {
    let steps: [Step] = [.finish(FinishStep("stop", sequence: "END"))]
    let choice = try #require(try chunks(steps, VLLM())[0]["choices"]?.array?.first)
    #expect(choice["stop_reason"]?.string == "END")
    #expect(VLLM().readError(VLLM().error(ErrorStep(status: 503)))?.code == "503")
  }
}
