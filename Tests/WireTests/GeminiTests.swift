import Core
import Testing
import Wire

/// Gemini in both forms, and Ollama: streams that do not end with a marker of their own.
@Suite struct GeminiTests {
  private let steps: [Step] = [
    .role("assistant"), .comment("c"), .keepAlive, DialectBench.text(1), .finish("stop"),
    .usage(UsageStep(prompt: 4, completion: 3, cached: 1, reasoning: 1)), .done,
  ]

  @Test func theBytesOfTheEvents() {
    let text = String(decoding: DialectBench.play(steps, in: Gemini()).body, as: UTF8.self)
    #expect(
      text == ": c\n\n"
        + #"data: {"candidates":[{"content":{"parts":[{"text":"t0-89abcdef "}],"role":"model"},"#
        + #""index":0}],"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":1,"#
        + #""totalTokenCount":5},"modelVersion":"m","responseId":"0123456789abcdef"}"#
        + "\r\n\r\n"
        + #"data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"#
        + #""finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":4,"#
        + #""cachedContentTokenCount":1,"candidatesTokenCount":2,"thoughtsTokenCount":1,"#
        + #""totalTokenCount":7},"modelVersion":"m","responseId":"0123456789abcdef"}"#
        + "\r\n\r\n")
  }

  @Test func theArrayIsOneDocument() throws {
    let body = DialectBench.play(steps, in: GeminiArray()).body
    let elements = try #require(try JSONValue.parse(body).array)
    #expect(elements.count == 2)
    let only = DialectBench.play([.role("assistant"), .done], in: GeminiArray()).body
    #expect(try JSONValue.parse(only).array == [])
    let error = GeminiArray().error(ErrorStep(status: 429))
    #expect(
      try JSONValue.parse(error).array?.first?["error"]?["status"]?.string == "RESOURCE_EXHAUSTED")
  }

  @Test func anArrayHasToBeClosedAndItsCandidateToHaveEnded() {
    func read(_ text: String) -> (Assembled, Int?) {
      let reading = GeminiArray().read(Array(text.utf8))
      return (Assembled(reading), reading.danglingFrom)
    }
    let end = #"{"candidates":[{"finishReason":"STOP","index":0}]}"#
    let more = #"{"candidates":[{"content":{"parts":[{"text":"] \"}"}]},"index":0}]}"#
    #expect(read("[\(more),\(end)]").0.terminators == 1)
    #expect(read("[\(more),\(end)]").0.text == [0: "] \"}"])
    #expect(read("[\(more),\(end)").0.terminators == 0 && read("[\(more),\(end)").1 != nil)
    #expect(read("[\(more)]").0.terminators == 0)
    #expect(read("[\(end)]x").0.malformed.count == 1)
    #expect(read("{}").0.malformed.count == 1)
    #expect(read("").1 == nil)
  }

  @Test func allCandidatesHaveToEnd() {
    func event(_ index: Int, _ end: Bool) -> String {
      let reason = end ? #","finishReason":"STOP""# : ""
      return
        #"data: {"candidates":[{"content":{"parts":[{"text":"x"}]},"index":\#(index)\#(reason)}]}"#
        + "\r\n\r\n"
    }
    let begun = event(0, false) + event(1, false)
    #expect(Assembled(Gemini().read(Array((begun + event(0, true)).utf8))).terminators == 0)
    let both = begun + event(0, true) + event(1, true)
    #expect(Assembled(Gemini().read(Array(both.utf8))).terminators == 1)
  }

  @Test func aBlockedPromptIsAnEnd() {
    let blocked = "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\r\n\r\n"
    let read = Assembled(Gemini().read(Array(blocked.utf8)))
    #expect(read.finish == [0: "content_filter"] && read.terminators == 1)
  }

  @Test func theModelStandsInThePath() {
    let asked = Gemini().request(Traffic(model: "a/b c"), nonce: DialectBench.nonce)
    #expect(asked.path == "/v1beta/models/a%2Fb%20c:streamGenerateContent?alt=sse")
    let request = HTTPRequest(
      method: "POST", target: asked.path, minorVersion: 1, headers: [], head: [],
      body: asked.body)
    #expect(Gemini().accepts(request)?.model == "a/b c")
    #expect(GeminiArray().accepts(request) == nil)
    var whole = Traffic(model: "m")
    whole.stream = false
    #expect(
      Gemini().request(whole, nonce: DialectBench.nonce).path
        == "/v1beta/models/m:generateContent")
  }

  @Test func theLinesOfOllama() {
    let text = String(decoding: DialectBench.play(steps, in: Ollama()).body, as: UTF8.self)
    let head = #"{"model":"m","created_at":"2026-09-21T14:13:20Z","message":{"role":"assistant","#
    #expect(
      text == head + #""content":"t0-89abcdef "},"done":false}"# + "\n" + head
        + #""content":""},"done":true,"done_reason":"stop","total_duration":900000000,"#
        + #""load_duration":1000000,"prompt_eval_count":4,"prompt_eval_duration":20000000,"#
        + #""eval_count":3,"eval_duration":400000000}"# + "\n")
    #expect(Assembled(Ollama().read(Array("\n".utf8))).malformed == ["an empty line"])
    let error = Ollama().read(Array("{\"error\":\"gone\"}\n".utf8))
    #expect(Assembled(error).errors == ["gone"])
    #expect(Ollama().read(Array("{\"done\"".utf8)).danglingFrom == 0)
  }
}
