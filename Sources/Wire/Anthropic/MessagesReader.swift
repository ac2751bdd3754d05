import Core

/// The client's side of Anthropic Messages: what each event says, in the order of the stream.
struct MessagesReader {
  /// What the message opened with; later reports replace what they name.
  private var usage = Usage()
  /// Which call each block of a tool is.
  private var calls: [Int: Int] = [:]

  private struct Usage {
    var input: Int?
    var cacheRead: Int?
    var cacheWrite: Int?
    var output: Int?
    var thinking: Int?

    mutating func take(_ value: JSONValue) {
      input = value["input_tokens"]?.int ?? input
      cacheRead = value["cache_read_input_tokens"]?.int ?? cacheRead
      cacheWrite = value["cache_creation_input_tokens"]?.int ?? cacheWrite
      output = value["output_tokens"]?.int ?? output
      thinking = value["output_tokens_details"]?["thinking_tokens"]?.int ?? thinking
    }

    /// In the words of a script, whose prompt includes what a cache had.
    var counts: TokenUsage? {
      guard input != nil || output != nil else { return nil }
      return TokenUsage(
        prompt: (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0), completion: output ?? 0,
        cached: cacheRead, reasoning: thinking)
    }
  }

  /// Never empty. The official SDK passes over an event without a name, so a relay that drops the
  /// names loses the whole answer; only OpenAI's marker, which does no harm, is let pass.
  mutating func said(type: [UInt8], data: [UInt8]) -> [Said] {
    if type.elementsEqual("message".utf8) {
      if data.elementsEqual("[DONE]".utf8) { return [Said(.empty)] }
      return [Said(.malformed("an event without a name, which the official SDK passes over"))]
    }
    let (document, problem) = JSONValue.object(of: data)
    guard let document else {
      guard type.elementsEqual("error".utf8) else { return [problem ?? Said(.empty)] }
      let text = String(decoding: data.prefix(Limits.errorTextBytes), as: UTF8.self)
      return [Said(.error(StreamError(message: text)))]
    }
    switch document["type"]?.string {
    case "message_start": return start(document["message"])
    case "content_block_start": return begin(document)
    case "content_block_delta": return delta(document)
    case "message_delta": return stop(document)
    case "message_stop": return [Said(.terminator)]
    case "error": return [Said(.error(Self.error(in: document) ?? StreamError(message: "")))]
    case nil: return [Said(.malformed("an event without a type"))]
    default: return [Said(.empty)]
    }
  }

  static func error(in document: JSONValue) -> StreamError? {
    ErrorReader.error(in: document)
  }

  /// A message in one piece.
  static func said(byWhole body: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: body)
    guard let document else { return [problem ?? Said(.empty)] }
    if document["type"]?.string == "error" {
      return [Said(.error(error(in: document) ?? StreamError(message: "")))]
    }
    guard let content = document["content"]?.array else {
      return [Said(.malformed("content is not an array"))]
    }
    var said: [Said] = []
    if let role = document["role"]?.string { said.append(Said(.role(role))) }
    var calls = 0
    for block in content {
      if let text = filled(block["thinking"]) { said.append(Said(.reasoning(text))) }
      if let text = filled(block["text"]) { said.append(Said(.output(.text, text))) }
      guard block["type"]?.string == "tool_use" else { continue }
      let start = ToolCallStart(id: block["id"]?.string, name: block["name"]?.string)
      said.append(Said(.toolCall(start), call: calls))
      if let input = block["input"], case .object = input {
        said.append(Said(.output(.toolArguments, input.serialized()), call: calls))
      }
      calls += 1
    }
    if let reason = document["stop_reason"]?.string {
      said.append(Said(.finish(MessagesParts.neutralReason(reason))))
    }
    var usage = Usage()
    if let counts = document["usage"] { usage.take(counts) }
    if let counts = usage.counts { said.append(Said(.usage(counts))) }
    return said.isEmpty ? [Said(.empty)] : said
  }

  // MARK: Events

  private mutating func start(_ message: JSONValue?) -> [Said] {
    guard let message, case .object = message else {
      return [Said(.malformed("message is not an object"))]
    }
    if let counts = message["usage"] { usage.take(counts) }
    return [message["role"]?.string.map { Said(.role($0)) } ?? Said(.empty)]
  }

  private mutating func begin(_ event: JSONValue) -> [Said] {
    guard let index = event["index"]?.int, let block = event["content_block"] else {
      return [Said(.malformed("a block without index or content"))]
    }
    switch block["type"]?.string {
    case "tool_use":
      let call = calls.count
      calls[index] = call
      let start = ToolCallStart(id: block["id"]?.string, name: block["name"]?.string)
      return [Said(.toolCall(start), call: call)]
    case "text":
      return [Self.filled(block["text"]).map { Said(.output(.text, $0)) } ?? Said(.empty)]
    case "thinking":
      return [Self.filled(block["thinking"]).map { Said(.reasoning($0)) } ?? Said(.empty)]
    default: return [Said(.empty)]
    }
  }

  private func delta(_ event: JSONValue) -> [Said] {
    guard let index = event["index"]?.int, let delta = event["delta"] else {
      return [Said(.malformed("a delta without index or content"))]
    }
    let member: String
    switch delta["type"]?.string {
    case "text_delta": member = "text"
    case "thinking_delta": member = "thinking"
    case "input_json_delta": member = "partial_json"
    default: return [Said(.empty)]
    }
    guard let text = delta[member]?.bytes else {
      return [Said(.malformed("\(member) is not a string"))]
    }
    guard !text.isEmpty else { return [Said(.empty)] }
    return switch member {
    case "text": [Said(.output(.text, text))]
    case "thinking": [Said(.reasoning(text))]
    default: [Said(.output(.toolArguments, text), call: calls[index] ?? index)]
    }
  }

  private mutating func stop(_ event: JSONValue) -> [Said] {
    var said: [Said] = []
    if let reason = event["delta"]?["stop_reason"]?.string {
      said.append(Said(.finish(MessagesParts.neutralReason(reason))))
    }
    if let counts = event["usage"] {
      usage.take(counts)
      if let counts = usage.counts { said.append(Said(.usage(counts))) }
    }
    return said.isEmpty ? [Said(.empty)] : said
  }

  private static func filled(_ value: JSONValue?) -> [UInt8]? {
    guard let bytes = value?.bytes, !bytes.isEmpty else { return nil }
    return bytes
  }
}
