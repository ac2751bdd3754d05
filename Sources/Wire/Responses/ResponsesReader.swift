import Core

/// The client's side of OpenAI Responses and of Open Responses.
struct ResponsesReader {
  /// Which call the item at an output index is: ids are not to be trusted, some relays change them
  /// with every event.
  private var calls: [Int: Int] = [:]

  /// Never empty.
  mutating func said(type: [UInt8], data: [UInt8]) -> [Said] {
    // Open Responses ends with OpenAI's marker, behind the event that says how it ended.
    if data.elementsEqual("[DONE]".utf8) { return [Said(.empty)] }
    let (document, problem) = JSONValue.object(of: data)
    guard let document else {
      guard type.elementsEqual("error".utf8) else { return [problem ?? Said(.empty)] }
      let text = String(decoding: data.prefix(Limits.errorTextBytes), as: UTF8.self)
      return [Said(.error(StreamError(message: text)))]
    }
    switch document["type"]?.string {
    case "response.created":
      return [Said(.role("assistant"))]
    case "response.output_text.delta": return delta(document) { .output(.text, $0) }
    case "response.refusal.delta": return delta(document) { .output(.refusal, $0) }
    case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
      return delta(document) { .reasoning($0) }
    case "response.output_item.added": return add(document)
    case "response.function_call_arguments.delta":
      return delta(document) { .output(.toolArguments, $0) }
    case "response.completed", "response.incomplete":
      guard let response = document["response"] else {
        return [Said(.malformed("an end without a response"))]
      }
      return Self.end(of: response) + [Said(.terminator)]
    case "response.failed":
      return [Said(.error(Self.error(in: document["response"] ?? document)))]
    case "error":
      // The specification's is flat, OpenAI's own was recorded with the error inside.
      let flat = ErrorReader.flatError(in: document)
      return [Said(.error(ErrorReader.error(in: document) ?? flat ?? StreamError(message: "")))]
    case nil:
      return [
        ErrorReader.error(in: document).map { Said(.error($0)) }
          ?? Said(.malformed("an event without a type"))
      ]
    default: return [Said(.empty)]
    }
  }

  /// A response in one piece.
  static func said(byWhole body: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: body)
    guard let document else { return [problem ?? Said(.empty)] }
    if document["status"]?.string == "failed" || ErrorReader.error(in: document) != nil {
      return [Said(.error(error(in: document)))]
    }
    guard let items = document["output"]?.array else {
      return [Said(.malformed("output is not an array"))]
    }
    var said = [Said(.role("assistant"))]
    var calls = 0
    for item in items {
      for part in item["summary"]?.array ?? [] { say(part["text"]) { .reasoning($0) } }
      for part in item["content"]?.array ?? [] {
        if part["type"]?.string == "reasoning_text" {
          say(part["text"]) { .reasoning($0) }
        } else {
          say(part["text"]) { .output(.text, $0) }
        }
        say(part["refusal"]) { .output(.refusal, $0) }
      }
      guard item["type"]?.string == "function_call" else { continue }
      said.append(Said(.toolCall(start(of: item)), call: calls))
      say(item["arguments"], call: calls) { .output(.toolArguments, $0) }
      calls += 1
    }
    return said + end(of: document)

    func say(_ value: JSONValue?, call: Int? = nil, _ kind: ([UInt8]) -> NeutralEvent.Kind) {
      guard let bytes = value?.bytes, !bytes.isEmpty else { return }
      said.append(Said(kind(bytes), call: call))
    }
  }

  // MARK: Events

  private func delta(
    _ event: JSONValue, _ kind: ([UInt8]) -> NeutralEvent.Kind
  ) -> [Said] {
    guard let bytes = event["delta"]?.bytes else {
      return [Said(.malformed("delta is not a string"))]
    }
    guard !bytes.isEmpty else { return [Said(.empty)] }
    let said = kind(bytes)
    guard case .output(.toolArguments, _) = said else { return [Said(said)] }
    let index = event["output_index"]?.int ?? 0
    return [Said(said, call: calls[index] ?? index)]
  }

  private mutating func add(_ event: JSONValue) -> [Said] {
    guard let item = event["item"], item["type"]?.string == "function_call" else {
      return [Said(.empty)]
    }
    let call = calls.count
    calls[event["output_index"]?.int ?? call] = call
    return [Said(.toolCall(Self.start(of: item)), call: call)]
  }

  private static func start(of item: JSONValue) -> ToolCallStart {
    ToolCallStart(id: item["call_id"]?.string, name: item["name"]?.string)
  }

  /// Why it ended, in the words of a script, and what it cost.
  private static func end(of response: JSONValue) -> [Said] {
    var reason = "stop"
    switch response["incomplete_details"]?["reason"]?.string {
    case "max_output_tokens"?: reason = "length"
    case let other?: reason = other
    case nil:
      let hasCall = (response["output"]?.array ?? []).contains {
        $0["type"]?.string == "function_call"
      }
      if hasCall { reason = "tool_calls" }
    }
    var said = [Said(.finish(reason))]
    if let usage = response["usage"], let input = usage["input_tokens"]?.int {
      said.append(
        Said(
          .usage(
            TokenUsage(
              prompt: input, completion: usage["output_tokens"]?.int ?? 0,
              cached: usage["input_tokens_details"]?["cached_tokens"]?.int,
              reasoning: usage["output_tokens_details"]?["reasoning_tokens"]?.int))))
    }
    return said
  }

  private static func error(in document: JSONValue) -> StreamError {
    ErrorReader.error(in: document) ?? StreamError(message: "")
  }
}
