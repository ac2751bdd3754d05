import Core

/// The client's side of OpenAI Chat Completions: what one data object says.
///
/// It reads what the many compatible providers send (Azure, DeepSeek, Groq, Mistral, OpenRouter,
/// Qwen, vLLM, xAI), so members may be absent or null; a member of the wrong type is malformed.
struct ChatReader {
  private var calls = ChatCalls()
  /// Of the last chunk that was learned from.
  private var pattern: ChunkPattern?
  private var unlike = 0

  /// Chunks in a row that are unlike the one before, after which no more are learned from until one
  /// is like the last of them.
  private static let mostUnlike = 8

  /// What one data payload says; never empty.
  mutating func said(by data: [UInt8], isErrorEvent: Bool) -> [Said] {
    guard !isErrorEvent else { return parsed(data, isErrorEvent: true) }
    if let said = pattern?.said(by: data) {
      unlike = 0
      return [said]
    }
    let said = parsed(data, isErrorEvent: false)
    if unlike < Self.mostUnlike {
      unlike += 1
      pattern = ChunkPattern(of: data, saying: said)
    }
    return said
  }

  private mutating func parsed(_ data: [UInt8], isErrorEvent: Bool) -> [Said] {
    if Self.isTerminator(data) { return [Said(.terminator)] }
    let document: JSONValue
    do {
      document = try JSONValue.parse(data)
    } catch {
      if isErrorEvent { return [Said(.error(StreamError(message: Self.shortText(data))))] }
      return [Said(.malformed("not JSON at byte \(error.offset): \(error.message)"))]
    }
    if isErrorEvent {
      let found = ErrorReader.error(in: document) ?? ErrorReader.flatError(in: document)
      return [Said(.error(found ?? StreamError(message: Self.shortText(data))))]
    }
    return said(by: document, part: "delta")
  }

  /// What a completion says that came in one piece; never empty.
  static func said(byWhole body: [UInt8]) -> [Said] {
    var reader = ChatReader()
    do {
      return reader.said(by: try JSONValue.parse(body), part: "message")
    } catch {
      return [Said(.malformed("not JSON at byte \(error.offset): \(error.message)"))]
    }
  }

  // MARK: Parts

  /// `part` names the member of a choice that carries the output.
  private mutating func said(by document: JSONValue, part: String) -> [Said] {
    guard case .object = document else { return [Said(.malformed("not a JSON object"))] }
    var found = Found(calls: calls)
    do {
      for choice in try array(document, "choices") {
        try found.take(choice: choice, part: part)
      }
    } catch {
      found = Found(calls: calls)
      found.finish = [Said(.malformed(error.message))]
    }
    calls = found.calls
    var said = found.roles + found.reasoning + found.output + found.finish
    if let usage = Self.usage(in: document) { said.append(Said(.usage(usage))) }
    if let error = ErrorReader.error(in: document) { said.append(Said(.error(error))) }
    return said.isEmpty ? [Said(.empty)] : said
  }

  /// `[DONE]`, with blanks after it at most: SDKs look at how the data begins.
  private static func isTerminator(_ data: [UInt8]) -> Bool {
    let marker = "[DONE]".utf8
    return data.starts(with: marker)
      && data.dropFirst(marker.count).allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  private static func usage(in document: JSONValue) -> TokenUsage? {
    guard let usage = document["usage"] else { return nil }
    let prompt = usage["prompt_tokens"]?.int
    let completion = usage["completion_tokens"]?.int
    guard prompt != nil || completion != nil else { return nil }
    return TokenUsage(
      prompt: prompt ?? 0, completion: completion ?? 0,
      cached: usage["prompt_tokens_details"]?["cached_tokens"]?.int
        ?? usage["prompt_cache_hit_tokens"]?.int,
      reasoning: usage["completion_tokens_details"]?["reasoning_tokens"]?.int)
  }

  private static func shortText(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(Limits.errorTextBytes), as: UTF8.self)
  }
}

/// Tells the tool calls of a stream apart.
///
/// `index` is what does it (OpenAI's own says so); where providers leave it out, as Mistral does, a
/// call begins with each id.
struct ChatCalls: Hashable, Sendable {
  private var count: [Int: Int] = [:]
  private var last: [Int: Int] = [:]

  mutating func number(ofChoice choice: Int, index: Int?, begins: Bool) -> Int {
    let known = count[choice, default: 0]
    let number = index ?? (begins ? known : last[choice, default: 0])
    count[choice] = max(known, number + 1)
    last[choice] = number
    return number
  }
}

/// A member that has another type than the format gives it.
private struct WrongType: Error {
  var message: String
}

/// The array of that name; absent and null count as empty.
private func array(_ value: JSONValue, _ key: String) throws(WrongType) -> [JSONValue] {
  guard let member = value[key], !member.isNull else { return [] }
  guard let values = member.array else { throw WrongType(message: "\(key) is not an array") }
  return values
}

/// The object of that name; absent and null count as none.
private func object(_ value: JSONValue, _ key: String) throws(WrongType) -> JSONValue? {
  guard let member = value[key], !member.isNull else { return nil }
  guard case .object = member else { throw WrongType(message: "\(key) is not an object") }
  return member
}

/// The bytes of the string of that name; absent, null and empty count as none.
private func text(_ value: JSONValue, _ key: String) throws(WrongType) -> [UInt8]? {
  guard let member = value[key], !member.isNull else { return nil }
  guard let bytes = member.bytes else { throw WrongType(message: "\(key) is not a string") }
  return bytes.isEmpty ? nil : bytes
}

/// What the choices of one object say, by kind, so that the order does not hang on theirs.
private struct Found {
  var roles: [Said] = []
  var reasoning: [Said] = []
  var output: [Said] = []
  var finish: [Said] = []
  var calls: ChatCalls
  /// That of the choice which is being read.
  private var choice = 0

  init(calls: ChatCalls) { self.calls = calls }

  mutating func take(choice: JSONValue, part: String) throws(WrongType) {
    guard case .object = choice else { throw WrongType(message: "a choice is not an object") }
    self.choice = choice["index"]?.int ?? 0
    if let delta = try object(choice, part) { try take(delta: delta) }
    if let reason = try text(choice, "finish_reason") {
      finish.append(say(.finish(String(decoding: reason, as: UTF8.self))))
    }
  }

  private func say(_ kind: NeutralEvent.Kind, call: Int? = nil) -> Said {
    Said(kind, choice: choice, call: call)
  }

  private mutating func take(delta: JSONValue) throws(WrongType) {
    if let role = try text(delta, "role") {
      roles.append(say(.role(String(decoding: role, as: UTF8.self))))
    }
    // Some send the same words under both names.
    let thought = try text(delta, "reasoning_content")
    let sameThought = try text(delta, "reasoning")
    if let words = thought ?? sameThought { reasoning.append(say(.reasoning(words))) }
    if let parts = delta["content"]?.array {
      for part in parts { try take(contentPart: part) }
    } else if let words = try text(delta, "content") {
      output.append(say(.output(.text, words)))
    }
    if let words = try text(delta, "refusal") { output.append(say(.output(.refusal, words))) }
    for call in try array(delta, "tool_calls") {
      guard case .object = call else { throw WrongType(message: "a tool call is not an object") }
      try take(call: call)
    }
    if let function = try object(delta, "function_call") {
      try take(function: function, id: nil, call: 0)
    }
  }

  private mutating func take(call: JSONValue) throws(WrongType) {
    let id = try text(call, "id").map { String(decoding: $0, as: UTF8.self) }
    let function = try object(call, "function")
    let isNamed = !(function?["name"]?.bytes ?? []).isEmpty
    let index = calls.number(
      ofChoice: choice, index: call["index"]?.int, begins: id != nil || isNamed)
    if let function {
      try take(function: function, id: id, call: index)
    } else if id != nil {
      output.append(say(.toolCall(ToolCallStart(id: id)), call: index))
    }
  }

  private mutating func take(function: JSONValue, id: String?, call: Int) throws(WrongType) {
    let name = try text(function, "name").map { String(decoding: $0, as: UTF8.self) }
    if id != nil || name != nil {
      output.append(say(.toolCall(ToolCallStart(id: id, name: name)), call: call))
    }
    if case .object? = function["arguments"], let arguments = function["arguments"] {
      output.append(say(.output(.toolArguments, arguments.serialized()), call: call))
    } else if let words = try text(function, "arguments") {
      output.append(say(.output(.toolArguments, words), call: call))
    }
  }

  /// Content as a list of typed parts, as Mistral sends it.
  private mutating func take(contentPart part: JSONValue) throws(WrongType) {
    if let words = try text(part, "text") { output.append(say(.output(.text, words))) }
    for thought in part["thinking"]?.array ?? [] {
      if let words = try text(thought, "text") { reasoning.append(say(.reasoning(words))) }
    }
  }
}
