import Core
import Testing
import Wire

/// What the providers behind relays send as Chat Completions, and how it is read.
@Suite struct OpenAIChatReadingTests {
  private let dialect = OpenAIChat()

  private func kinds(_ body: String) -> [NeutralEvent.Kind] {
    dialect.read(Array(body.utf8)).events.map(\.kind)
  }

  /// The kinds of one `data:` event.
  private func data(_ json: String) -> [NeutralEvent.Kind] { kinds("data: \(json)\n\n") }

  private func text(_ words: String) -> NeutralEvent.Kind { .output(.text, Array(words.utf8)) }

  private func isMalformed(_ kinds: [NeutralEvent.Kind]) -> Bool {
    if kinds.count == 1, case .malformed = kinds[0] { true } else { false }
  }

  @Test func aRoleWithEmptyOrNullContentIsNoOutput() {
    #expect(
      data(#"{"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null}}]}"#)
        == [.role("assistant")])
    #expect(
      data(#"{"choices":[{"delta":{"role":"assistant","content":null,"reasoning_content":""}}]}"#)
        == [.role("assistant")])
    #expect(data(#"{"choices":[{"delta":{"content":null},"finish_reason":null}]}"#) == [.empty])
    #expect(data(#"{"choices":[{"delta":{"content":""},"finish_reason":""}]}"#) == [.empty])
  }

  @Test func everyKindOfOutputIsFound() {
    #expect(data(#"{"choices":[{"delta":{"content":"H\u00e9 "}}]}"#) == [text("Hé ")])
    #expect(
      data(#"{"choices":[{"delta":{"refusal":"No."}}]}"#)
        == [.output(.refusal, Array("No.".utf8))])
    #expect(
      data(
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","#
          + #""arguments":"{}"}},{"index":1,"function":{"arguments":"1"}}]}}]}"#)
        == [
          .toolCall(ToolCallStart(id: "c", name: "f")),
          .output(.toolArguments, Array("{}".utf8)), .output(.toolArguments, Array("1".utf8)),
        ])
    #expect(
      data(#"{"choices":[{"delta":{"function_call":{"arguments":"x"}}}]}"#)
        == [.output(.toolArguments, Array("x".utf8))])
    #expect(
      data(#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":""}}]}}]}"#)
        == [.toolCall(ToolCallStart(name: "f"))])
  }

  @Test func reasoningIsNotOutputAndIsNotCountedTwice() {
    #expect(
      data(#"{"choices":[{"delta":{"content":null,"reasoning_content":"hm"}}]}"#)
        == [.reasoning(Array("hm".utf8))])
    #expect(
      data(#"{"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}"#)
        == [.reasoning(Array("hm".utf8))])
    #expect(
      data(#"{"choices":[{"delta":{"reasoning":"hm","content":"A"}}]}"#)
        == [.reasoning(Array("hm".utf8)), text("A")])
    #expect(
      data(
        #"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","#
          + #""text":"hm"}]},{"type":"text","text":"A"}]}}]}"#)
        == [.reasoning(Array("hm".utf8)), text("A")])
  }

  /// Azure opens with an object without choices, id and model.
  @Test func azureFirstChunkSaysNothing() {
    #expect(
      data(#"{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[]}"#)
        == [.empty])
  }

  /// DeepSeek and Mistral put usage on the last real chunk, LiteLLM beside a choice without words.
  @Test func usageAlongsideChoicesIsFound() {
    #expect(
      data(
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":"."},"#
          + #""finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"#
          + #""total_tokens":11,"prompt_cache_hit_tokens":4}}"#)
        == [
          .role("assistant"), text("."), .finish("stop"),
          .usage(TokenUsage(prompt: 9, completion: 2, cached: 4)),
        ])
    #expect(
      data(
        #"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#)
        == [.usage(TokenUsage(prompt: 9, completion: 2))])
    #expect(data(#"{"choices":[],"usage":null}"#) == [.empty])
  }

  @Test func openRouterCommentAndErrorChunk() {
    #expect(
      kinds(
        ": OPENROUTER PROCESSING\n\n"
          + #"data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"#
          + #""error":{"code":502,"message":"provider gone","metadata":{}}}"# + "\n\n")
        == [
          .comment, .finish("error"), .error(StreamError(message: "provider gone", code: "502")),
        ])
  }

  @Test func errorsAreFoundInEveryForm() {
    let error = StreamError(message: "m", type: "t", code: "500")
    #expect(
      data(#"{"error":{"message":"m","type":"t","param":null,"code":"500"}}"#) == [.error(error)])
    #expect(data(#"{"error":"m"}"#) == [.error(StreamError(message: "m"))])
    #expect(
      data(#"{"object":"error","message":"m","type":"t","code":500}"#) == [.error(error)])
    #expect(
      kinds("event: error\ndata: {\"message\":\"m\",\"type\":\"t\",\"code\":500}\n\n")
        == [.error(error)])
    #expect(
      kinds("event: error\ndata: overloaded\n\n")
        == [.error(StreamError(message: "overloaded"))])
    for nothing in ["null", "false", "0", #""""#, "{}", "[]"] {
      #expect(data(#"{"error":\#(nothing),"choices":[]}"#) == [.empty])
    }
  }

  @Test func malformedEventsAreNeitherLostNorFatal() {
    for payload in ["{", "", "[1]", "1", #"{"choices":1}"#, #"{"choices":[1]}"#] {
      #expect(isMalformed(data(payload)), "\(payload)")
    }
    #expect(isMalformed(data(#"{"choices":[{"delta":{"content":5}}]}"#)))
    #expect(isMalformed(data(#"{"choices":[{"delta":"x"}]}"#)))
    #expect(isMalformed(kinds("<html>\n")))
    #expect(isMalformed(kinds(#"{"choices":[]}"# + "\n")))
    #expect(kinds("data: {\n\ndata: [DONE]\n\n").last == .terminator)
  }

  @Test func theTerminatorIsExact() {
    #expect(data("[DONE]") == [.terminator])
    #expect(data("[DONE] ") == [.terminator])
    #expect(kinds("data:[DONE]\r\n\r\n") == [.terminator])
    #expect(isMalformed(data("[DONE")) && isMalformed(data("[done]")))
    #expect(isMalformed(data("[DONE]x")))
  }

  @Test func anEventWithoutItsBlankLineIsNotDispatched() {
    let reading = dialect.read(Array("data: {\"choices\":[]}\n\ndata: [DONE]\n".utf8))
    #expect(reading.events.map(\.kind) == [.empty])
    #expect(reading.danglingFrom == 22)
    #expect(dialect.read([]) == StreamReading())
  }

  @Test func offsetsPointAtTheEvent() {
    let reading = dialect.read(Array(": c\n\ndata: {\"choices\":[]}\n\ndata: [DONE]\n\n".utf8))
    #expect(reading.events.map(\.kind) == [.comment, .empty, .terminator])
    #expect(reading.events.map(\.start) == [0, 5, 27])
    #expect(reading.events.map(\.end) == [4, 27, 41])
    #expect(reading.danglingFrom == nil)
  }

  @Test func mediaTypes() {
    #expect(dialect.isStream(mediaType: "text/event-stream"))
    #expect(!dialect.isStream(mediaType: "application/json"))
  }
}
