import Core
import Testing
import Wire

/// OpenAI Responses: order, numbers, and the forms that the specification and captures disagree on.
@Suite struct ResponsesTests {
  private let dialect = OpenAIResponses()

  private func documents(_ steps: [Step]) throws -> [JSONValue] {
    try String(decoding: DialectBench.play(steps, in: dialect).body, as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("data: ") }
      .map { try JSONValue.parse(Array($0.dropFirst(6).utf8)) }
  }

  private func read(_ text: String) -> Assembled { Assembled(dialect.read(Array(text.utf8))) }

  @Test func everyEventHasTheNextNumberAndItsName() throws {
    let body = DialectBench.play(DialectBench.everything, in: dialect).body
    let names = String(decoding: body, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
    let documents = try documents(DialectBench.everything)
    #expect(documents.compactMap { $0["sequence_number"]?.int } == Array(0..<documents.count))
    #expect(documents.compactMap { $0["type"]?.string } == names)
  }

  @Test func itemsAndPartsOpenBeforeTheyAreFilled() throws {
    let steps: [Step] = [
      .role("assistant"), DialectBench.text(2), .finish("stop"), .usage(UsageStep()), .done,
    ]
    #expect(
      try documents(steps).compactMap { $0["type"]?.string } == [
        "response.created", "response.in_progress", "response.output_item.added",
        "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
        "response.output_text.done", "response.content_part.done", "response.output_item.done",
        "response.completed",
      ])
  }

  @Test func theLastEventSaysEverythingAgain() throws {
    let last = try #require(try documents(DialectBench.everything).last?["response"])
    let items = try #require(last["output"]?.array)
    #expect(
      items.map { $0["type"]?.string } == [
        "reasoning", "message", "function_call", "function_call",
      ])
    #expect(
      items[1]["content"]?.array?.first?["text"]?.string
        == (0..<3).map { DialectBench.token($0) }.joined())
    #expect(items[2]["arguments"]?.string == #"{"city":"Zürich \"x\"","days":[1,2]}"#)
    #expect(Set(items.compactMap { $0["id"]?.string }).count == 4)
    #expect(last["usage"]?["total_tokens"]?.int == 1656)
    let whole = DialectBench.play(DialectBench.everything, in: dialect, stream: false).body
    #expect(try JSONValue.parse(whole)["output"] == last["output"])
  }

  @Test func anIncompleteResponseSaysWhy() throws {
    let steps: [Step] = [DialectBench.text(1), .finish("length"), .done]
    let last = try #require(try documents(steps).last)
    #expect(last["type"]?.string == "response.incomplete")
    #expect(
      last["response"]?["incomplete_details"]?["reason"]?.string == "max_output_tokens")
    #expect(last["response"]?["usage"]?.isNull == true)
  }

  @Test func errorsAreReadFlatAndNested() {
    let nested =
      #"{"type":"error","sequence_number":2,"error":{"type":"t","code":"c","message":"m"}}"#
    let flat = #"{"type":"error","code":"c","message":"m","param":null,"sequence_number":2}"#
    #expect(read("event: error\ndata: \(nested)\n\n").errors == ["m"])
    #expect(read("event: error\ndata: \(flat)\n\n").errors == ["m"])
    let failed = #"{"type":"response.failed","response":{"error":{"code":"c","message":"f"}}}"#
    #expect(read("event: response.failed\ndata: \(failed)\n\n").errors == ["f"])
    #expect(read("data: {\"error\":{\"message\":\"r\"}}\n\n").errors == ["r"])
  }

  @Test func theMarkerOfOpenResponsesIsNoSecondEnd() {
    let end = #"{"type":"response.completed","response":{"status":"completed","output":[]}}"#
    #expect(read("data: \(end)\n\ndata: [DONE]\n\n").terminators == 1)
    #expect(read("data: [DONE]\n\n").terminators == 0)
  }

  /// Some relays give every event another item id; the output index is what holds.
  @Test func callsAreToldApartByTheirPlace() {
    let events = [
      #"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","#
        + #""id":"a","call_id":"c1","name":"f"}}"#,
      #"{"type":"response.function_call_arguments.delta","item_id":"b","output_index":1,"#
        + #""delta":"{}"}"#,
    ]
    let read = read(events.map { "data: \($0)\n\n" }.joined())
    #expect(read.calls == [0: Assembled.Call(id: "c1", name: "f", arguments: "{}")])
  }
}
