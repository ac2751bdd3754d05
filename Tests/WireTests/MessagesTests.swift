import Core
import Testing
import Wire

/// Anthropic Messages, byte for byte and in the forms that relays and providers send.
@Suite struct MessagesTests {
  private let dialect = AnthropicMessages()

  private func names(_ steps: [Step]) -> [String] {
    String(decoding: DialectBench.play(steps, in: dialect).body, as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
  }

  private func read(_ text: String) -> Assembled { Assembled(dialect.read(Array(text.utf8))) }

  @Test func blocksOpenAndCloseInOrder() {
    let delta = "content_block_delta"
    #expect(
      names(DialectBench.everything) == [
        "message_start", "ping", "content_block_start", delta, delta, delta, "content_block_stop",
        "content_block_start", delta, delta, delta, "content_block_stop",
        "content_block_start", delta, delta, delta, delta, "content_block_stop",
        "content_block_start", delta, "content_block_stop", "message_delta", "message_stop",
      ])
  }

  @Test func theBytesAreThoseOfTheDocument() {
    let steps: [Step] = [
      .role("assistant"), DialectBench.text(1),
      .finish(FinishStep("stop", sequence: "END")),
      .usage(UsageStep(prompt: 12, completion: 5, cached: 2, reasoning: 1)), .done,
    ]
    let text = String(decoding: DialectBench.play(steps, in: dialect).body, as: UTF8.self)
    #expect(
      text == """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_0123456789abcdef","type":"message",\
        "role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,\
        "output_tokens":1,"service_tier":"standard"}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",\
        "text":"t0-89abcdef "}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"stop_sequence",\
        "stop_sequence":"END"},"usage":{"input_tokens":10,"cache_creation_input_tokens":0,\
        "cache_read_input_tokens":2,"output_tokens":5,"output_tokens_details":\
        {"thinking_tokens":1},"service_tier":"standard"}}

        event: message_stop
        data: {"type":"message_stop"}


        """)
  }

  /// A silence between what belongs in one event does not hold back what was already said.
  @Test func aStallSendsWhatWaitedForCompany() {
    let finished: [Step] = [.role("assistant"), DialectBench.text(1), .finish("stop")]
    #expect(names(finished + [.stall(nil)]).last == "message_delta")
    let stalled = finished + [.stall(.zero), .usage(UsageStep()), .done]
    #expect(names(stalled).suffix(3) == ["message_delta", "message_delta", "message_stop"])
    let read = Assembled(dialect.read(DialectBench.play(stalled, in: dialect).body))
    #expect(read.finish == [0: "stop"] && read.usage == dialect.usage(of: UsageStep()))
  }

  @Test func namesAreNotOptional() {
    let stop = #"{"type":"message_stop"}"#
    #expect(read("event: message_stop\ndata: \(stop)\n\n").terminators == 1)
    #expect(read("data: \(stop)\n\n").malformed.count == 1)
    #expect(read("data: [DONE]\n\n").malformed == [])
    #expect(
      read("event: ping\ndata: {\"type\":\"ping\"}\n\nevent: new\ndata: {\"type\":\"new\"}\n\n")
        .malformed == [])
    #expect(read("event: message_stop\ndata: {\n\n").malformed.count == 1)
    #expect(read("event: error\ndata: gone\n\n").errors == ["gone"])
  }

  @Test func laterUsageReplacesAndIsNotAdded() {
    let read = read(
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"role\":\"assistant\","
        + "\"usage\":{\"input_tokens\":7,\"cache_read_input_tokens\":3,\"output_tokens\":1}}}\n\n"
        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{},"
        + "\"usage\":{\"output_tokens\":40}}\n\n")
    #expect(read.usage == TokenUsage(prompt: 10, completion: 40, cached: 3))
  }

  @Test func errorsHaveTheTypesOfTheFormat() {
    func type(_ error: ErrorStep) -> String? { dialect.readError(dialect.error(error))?.type }
    #expect(type(ErrorStep(status: 529)) == "overloaded_error")
    #expect(type(ErrorStep(status: 429)) == "rate_limit_error")
    #expect(type(ErrorStep(status: 418)) == "invalid_request_error")
    #expect(type(ErrorStep(status: 502)) == "api_error")
    #expect(type(ErrorStep(status: 500, type: "overloaded_error")) == "overloaded_error")
  }

  @Test func theRequestCarriesWhatTheFormatDemands() {
    var prompt = Prompt("Hi.", nonce: DialectBench.nonce)
    prompt.messages.insert(Prompt.Message(role: .system, text: "Be brief."), at: 0)
    let asked = dialect.request(Traffic(model: "m"), prompt: prompt)
    #expect(asked.path == "/v1/messages" && asked.keyHeader == "x-api-key")
    #expect(asked.headers.contains(HeaderField(name: "anthropic-version", value: "2023-06-01")))
    let body = String(decoding: asked.body, as: UTF8.self)
    #expect(
      body == #"{"model":"m","max_tokens":4096,"system":"Be brief.","messages":"#
        + #"[{"role":"user","content":"Hi. relaymark-nonce:0123456789abcdef"}],"stream":true}"#)
  }
}
