/// The client's side of Cohere's chat, version 2.
struct CohereReader {
  /// The call at an index; some streams count them on from the blocks before.
  private var calls: [Int: Int] = [:]

  /// Never empty. The official SDK goes by the type in the data, not by the name.
  mutating func said(by data: [UInt8]) -> [Said] {
    if data.elementsEqual("[DONE]".utf8) { return [Said(.empty)] }
    let (document, problem) = JSONValue.object(of: data)
    guard let document else { return [problem ?? Said(.empty)] }
    let message = document["delta"]?["message"]
    switch document["type"]?.string {
    case "message-start": return [Said(.role(message?["role"]?.string ?? "assistant"))]
    case "content-start", "content-delta": return Self.content(message?["content"])
    case "tool-plan-delta":
      return [Self.filled(message?["tool_plan"]).map { Said(.reasoning($0)) } ?? Said(.empty)]
    case "tool-call-start": return begin(document["index"]?.int, message?["tool_calls"])
    case "tool-call-delta":
      let arguments = Self.filled(message?["tool_calls"]?["function"]?["arguments"])
      let index = document["index"]?.int ?? 0
      return [
        arguments.map { Said(.output(.toolArguments, $0), call: calls[index] ?? index) }
          ?? Said(.empty)
      ]
    case "message-end": return Self.end(document["delta"]) + [Said(.terminator)]
    case nil:
      if let error = Self.error(in: document) { return [Said(.error(error))] }
      return [Said(.malformed("an event without a type"))]
    default: return [Said(.empty)]
    }
  }

  /// `{"message":"…"}`, as long as it is no answer.
  static func error(in document: JSONValue) -> StreamError? {
    document["message"]?.string.map { StreamError(message: $0) }
  }

  static func said(byWhole body: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: body)
    guard let document else { return [problem ?? Said(.empty)] }
    if let error = error(in: document) { return [Said(.error(error))] }
    guard let message = document["message"], case .object = message else {
      return [Said(.malformed("an answer without a message"))]
    }
    var said = message["role"]?.string.map { [Said(.role($0))] } ?? []
    for part in message["content"]?.array ?? [] { said += content(part) }
    for (index, call) in (message["tool_calls"]?.array ?? []).enumerated() {
      said.append(Said(.toolCall(start(of: call)), call: index))
      if let arguments = filled(call["function"]?["arguments"]) {
        said.append(Said(.output(.toolArguments, arguments), call: index))
      }
    }
    return said + end(document)
  }

  // MARK: Parts

  private static func content(_ content: JSONValue?) -> [Said] {
    if let text = filled(content?["thinking"]) { return [Said(.reasoning(text))] }
    if let text = filled(content?["text"]) { return [Said(.output(.text, text))] }
    return [Said(.empty)]
  }

  private mutating func begin(_ index: Int?, _ call: JSONValue?) -> [Said] {
    guard let call, case .object = call else { return [Said(.malformed("a call without itself"))] }
    let number = calls.count
    calls[index ?? number] = number
    var said = [Said(.toolCall(Self.start(of: call)), call: number)]
    if let arguments = Self.filled(call["function"]?["arguments"]) {
      said.append(Said(.output(.toolArguments, arguments), call: number))
    }
    return said
  }

  private static func start(of call: JSONValue) -> ToolCallStart {
    ToolCallStart(id: call["id"]?.string, name: call["function"]?["name"]?.string)
  }

  /// Why it ended and what it cost; an error is an end, too, but no good one.
  private static func end(_ delta: JSONValue?) -> [Said] {
    var said: [Said] = []
    if let reason = delta?["finish_reason"]?.string {
      if let error = delta?["error"]?.string {
        said.append(Said(.error(StreamError(message: error))))
      } else {
        said.append(Said(.finish(CohereParts.neutralReason(reason))))
      }
    }
    let tokens = delta?["usage"]?["tokens"]
    if let input = tokens?["input_tokens"]?.int {
      said.append(
        Said(
          .usage(
            TokenUsage(
              prompt: input, completion: tokens?["output_tokens"]?.int ?? 0,
              cached: delta?["usage"]?["cached_tokens"]?.int))))
    }
    return said
  }

  private static func filled(_ value: JSONValue?) -> [UInt8]? {
    guard let bytes = value?.bytes, !bytes.isEmpty else { return nil }
    return bytes
  }
}
