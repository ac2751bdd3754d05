import Core
import Testing
import Wire

/// The provider's side of Chat Completions, byte by byte.
@Suite struct OpenAIChatWritingTests {
  private let dialect = OpenAIChat()
  private let nonce = Nonce(value: 0x0123_4567_89AB_CDEF)
  private let head = """
    {"id":"chatcmpl-0123456789abcdef","object":"chat.completion.chunk","created":1790000000,\
    "model":"m","service_tier":"default","system_fingerprint":"fp_relaymark","choices":[
    """

  private func request(usage: Bool = true, model: String = "m") -> ProviderRequest {
    ProviderRequest(model: model, stream: true, usage: usage, nonce: nonce)
  }

  private func written(_ event: ScriptedEvent, usage: Bool = true, model: String = "m") -> String {
    String(
      decoding: dialect.event(event, for: request(usage: usage, model: model)), as: UTF8.self)
  }

  @Test func eventsHaveTheBytesThatOpenAISends() {
    #expect(
      written(.role("assistant")) == "data: " + head
        + #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"#
        + #""finish_reason":null}],"usage":null}"# + "\n\n")
    #expect(
      written(.text("t0-89abcdef ")) == "data: " + head
        + #"{"index":0,"delta":{"content":"t0-89abcdef "},"logprobs":null,"finish_reason":null}]"#
        + #","usage":null}"# + "\n\n")
    #expect(
      written(.finish("stop")) == "data: " + head
        + #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"# + "\n\n")
    #expect(
      written(.usage(UsageStep())) == "data: " + head
        + #"],"usage":{"prompt_tokens":1237,"completion_tokens":419,"total_tokens":1656,"#
        + #""prompt_tokens_details":{"cached_tokens":1024,"audio_tokens":0},"#
        + #""completion_tokens_details":{"reasoning_tokens":311,"audio_tokens":0,"#
        + #""accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}"# + "\n\n")
    #expect(written(.terminator) == "data: [DONE]\n\n")
    #expect(
      written(.error(ErrorStep(status: 429, type: "requests", message: "slow down"))) == "data: "
        + #"{"error":{"message":"slow down","type":"requests","param":null,"#
        + #""code":"rate_limit_exceeded"}}"# + "\n\n")
  }

  @Test func usageIsNullOnlyWhenItWasAskedFor() {
    #expect(written(.text("x"), usage: false).hasSuffix("\"finish_reason\":null}]}\n\n"))
  }

  @Test func textIsEscapedAndAsciiOrNotStaysWhatItWas() throws {
    for text in ["a\"b\\c\nd\u{1}", "naïve 東京 😀", ""] {
      let bytes = dialect.event(.text(text), for: request(model: "m\"\n"))
      let data = Array(bytes.dropFirst(6).dropLast(2))
      let document = try JSONValue.parse(data)
      #expect(document["model"]?.string == "m\"\n")
      #expect(document["choices"]?.array?.first?["delta"]?["content"]?.bytes == Array(text.utf8))
    }
  }

  @Test func aCommentCannotBecomeAField() {
    #expect(written(.comment("keep-alive")) == ": keep-alive\n\n")
    #expect(written(.comment("a\r\ndata: x")) == ": a  data: x\n\n")
  }

  @Test func aWholeAnswerReadsAsItWasWritten() {
    let bytes = dialect.whole(
      WholeAnswer(
        text: "t0-89abcdef t1-89abcdef ", finish: "stop", usage: UsageStep()), for: request())
    #expect(
      dialect.readWhole(bytes).events.map(\.kind) == [
        .role("assistant"), .output(.text, Array("t0-89abcdef t1-89abcdef ".utf8)),
        .finish("stop"),
        .usage(TokenUsage(prompt: 1237, completion: 419, cached: 1024, reasoning: 311)),
      ])
    #expect(dialect.readWhole(bytes).events.allSatisfy { $0.start == 0 && $0.end == bytes.count })
    let bare = dialect.whole(
      WholeAnswer(text: "", finish: nil, usage: nil), for: request())
    #expect(dialect.readWhole(bare).events.map(\.kind) == [.role("assistant")])
    #expect(dialect.readWhole(Array("oops".utf8)).events.count == 1)
  }

  @Test func anErrorBodyReadsAsItWasWritten() {
    let body = dialect.error(ErrorStep(status: 401, type: "authentication_error", message: "no"))
    #expect(
      dialect.readError(body)
        == StreamError(message: "no", type: "authentication_error", code: "invalid_api_key"))
    #expect(dialect.readError(Array("<html>".utf8)) == nil)
    #expect(dialect.readError(Array("{}".utf8)) == nil)
  }

  @Test func theRequestIsTheSameForTheSameTrafficAndNonce() {
    let traffic = Traffic(model: "gpt \"x\"", prompt: "Say\n\"hi\".")
    let request = dialect.request(traffic, nonce: nonce)
    #expect(request == dialect.request(traffic, nonce: nonce))
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"model":"gpt \"x\"","messages":[{"role":"user","content":"Say\n\"hi\". "#
        + #"relaymark-nonce:0123456789abcdef"}],"stream":true,"#
        + #""stream_options":{"include_usage":true}}"#)
    #expect(request.path == "/chat/completions")
    #expect(request.keyHeader == "Authorization" && request.keyPrefix == "Bearer ")
    #expect(request.headers.map(\.value) == ["application/json", "text/event-stream"])
  }

  @Test func whatIsNotAskedForIsAbsent() {
    let plain = dialect.request(Traffic(stream: true, usage: false), nonce: nonce)
    #expect(String(decoding: plain.body, as: UTF8.self).hasSuffix(#"}],"stream":true}"#))
    let whole = dialect.request(Traffic(stream: false, usage: true), nonce: nonce)
    #expect(String(decoding: whole.body, as: UTF8.self).hasSuffix(#"}]}"#))
    #expect(whole.headers.last?.value == "application/json")
  }

  @Test func aRequestIsUnderstoodByTheProvider() {
    func http(_ method: String, _ target: String, _ body: [UInt8]) -> HTTPRequest {
      HTTPRequest(
        method: method, target: target, minorVersion: 1, headers: [], head: [], body: body)
    }
    let body = dialect.request(Traffic(model: "m"), nonce: nonce).body
    #expect(dialect.accepts(http("POST", "/v1/chat/completions?x=1", body)) == request())
    #expect(dialect.accepts(http("GET", "/v1/chat/completions", body)) == nil)
    #expect(dialect.accepts(http("POST", "/v1/completions", body)) == nil)
    #expect(dialect.accepts(http("POST", "/v1/chat/completions", Array("[]".utf8))) == nil)
    #expect(dialect.accepts(http("POST", "/v1/chat/completions", Array(body.dropLast()))) == nil)
    let bare = http("POST", "/chat/completions", Array(#"{"stream":null}"#.utf8))
    #expect(
      dialect.accepts(bare)
        == ProviderRequest(model: "", stream: false, usage: false, nonce: nil))
  }

  @Test func theRegistryIsSortedAndFindsByName() {
    let names = Dialects.all.map(\.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(Dialects.named("openai-chat")?.name == "openai-chat")
    #expect(Dialects.named("openai") == nil)
  }
}
