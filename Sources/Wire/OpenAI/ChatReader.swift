import Core

/// The client's side of OpenAI Chat Completions: what one data object says.
///
/// It reads what the many compatible providers send (Azure, DeepSeek, Groq, Mistral, OpenRouter,
/// Qwen, vLLM, xAI), so members may be absent or null; a member of the wrong type is malformed.
enum ChatReader {
  /// The neutral events of one data payload; never empty.
  static func kinds(of data: [UInt8], isErrorEvent: Bool) -> [NeutralEvent.Kind] {
    if isTerminator(data) { return [.terminator] }
    let document: JSONValue
    do {
      document = try JSONValue.parse(data)
    } catch {
      if isErrorEvent { return [.error(StreamError(message: shortText(data)))] }
      return [.malformed("not JSON at byte \(error.offset): \(error.message)")]
    }
    if isErrorEvent {
      let found = ErrorReader.error(in: document) ?? ErrorReader.flatError(in: document)
      return [.error(found ?? StreamError(message: shortText(data)))]
    }
    return kinds(of: document, part: "delta")
  }

  /// The neutral events of a completion that came in one piece; never empty.
  static func wholeKinds(of body: [UInt8]) -> [NeutralEvent.Kind] {
    do {
      return kinds(of: try JSONValue.parse(body), part: "message")
    } catch {
      return [.malformed("not JSON at byte \(error.offset): \(error.message)")]
    }
  }

  // MARK: Parts

  /// `part` names the member of a choice that carries the output.
  private static func kinds(of document: JSONValue, part: String) -> [NeutralEvent.Kind] {
    guard case .object = document else { return [.malformed("not a JSON object")] }
    var found = Found()
    do {
      for choice in try array(document, "choices") {
        try found.take(choice: choice, part: part)
      }
    } catch {
      found = Found()
      found.finish = [.malformed(error.message)]
    }
    var kinds = found.roles + found.reasoning + found.output + found.finish
    if let usage = usage(in: document) { kinds.append(.usage(usage)) }
    if let error = ErrorReader.error(in: document) { kinds.append(.error(error)) }
    return kinds.isEmpty ? [.empty] : kinds
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
  var roles: [NeutralEvent.Kind] = []
  var reasoning: [NeutralEvent.Kind] = []
  var output: [NeutralEvent.Kind] = []
  var finish: [NeutralEvent.Kind] = []

  mutating func take(choice: JSONValue, part: String) throws(WrongType) {
    guard case .object = choice else { throw WrongType(message: "a choice is not an object") }
    if let delta = try object(choice, part) { try take(delta: delta) }
    if let reason = try text(choice, "finish_reason") {
      finish.append(.finish(String(decoding: reason, as: UTF8.self)))
    }
  }

  private mutating func take(delta: JSONValue) throws(WrongType) {
    if let role = try text(delta, "role") {
      roles.append(.role(String(decoding: role, as: UTF8.self)))
    }
    // Some send the same words under both names.
    let thought = try text(delta, "reasoning_content")
    let sameThought = try text(delta, "reasoning")
    if let words = thought ?? sameThought { reasoning.append(.reasoning(words)) }
    if let parts = delta["content"]?.array {
      for part in parts { try take(contentPart: part) }
    } else if let words = try text(delta, "content") {
      output.append(.output(.text, words))
    }
    if let words = try text(delta, "refusal") { output.append(.output(.refusal, words)) }
    var functions: [JSONValue] = []
    for call in try array(delta, "tool_calls") {
      guard case .object = call else { throw WrongType(message: "a tool call is not an object") }
      if let function = try object(call, "function") { functions.append(function) }
    }
    if let function = try object(delta, "function_call") { functions.append(function) }
    for function in functions {
      if let words = try text(function, "arguments") {
        output.append(.output(.toolArguments, words))
      }
    }
  }

  /// Content as a list of typed parts, as Mistral sends it.
  private mutating func take(contentPart part: JSONValue) throws(WrongType) {
    if let words = try text(part, "text") { output.append(.output(.text, words)) }
    for thought in part["thinking"]?.array ?? [] {
      if let words = try text(thought, "text") { reasoning.append(.reasoning(words)) }
    }
  }
}
