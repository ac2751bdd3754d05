import Core

/// The client's side of Gemini: what each response of a stream says.
struct GeminiReader {
  /// Candidates that have been seen, how many calls each has made, and which have ended.
  private var calls: [Int: Int] = [:]
  private var ended: Set<Int> = []
  private(set) var isOver = false

  /// Never empty. The stream is over when every candidate has ended: there is no other marker.
  mutating func said(by data: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: data)
    guard let document else { return [problem ?? Said(.empty)] }
    return said(by: document)
  }

  mutating func said(by document: JSONValue) -> [Said] {
    if let error = Self.error(in: document) { return [Said(.error(error))] }
    var said: [Said] = []
    if let candidates = document["candidates"], !candidates.isNull {
      guard let candidates = candidates.array else {
        return [Said(.malformed("candidates is not an array"))]
      }
      for candidate in candidates { said += take(candidate) }
    } else if document["promptFeedback"]?["blockReason"]?.string != nil {
      said.append(Said(.finish("content_filter")))
      isOver = true
    }
    // Running counts are in every response; those with the end are the ones that count.
    let ends = said.contains { if case .finish = $0.kind { true } else { false } }
    if ends, let usage = Self.usage(in: document) { said.append(Said(.usage(usage))) }
    if ends, !calls.isEmpty, ended.isSuperset(of: calls.keys) { isOver = true }
    return said.isEmpty ? [Said(.empty)] : said
  }

  static func error(in document: JSONValue) -> StreamError? {
    guard let error = document["error"], case .object = error else { return nil }
    let code = error["code"]?.int.map { String($0) }
    return StreamError(
      message: error["message"]?.string ?? "", type: error["status"]?.string, code: code)
  }

  // MARK: Candidates

  private mutating func take(_ candidate: JSONValue) -> [Said] {
    guard case .object = candidate else {
      return [Said(.malformed("a candidate is not an object"))]
    }
    let choice = candidate["index"]?.int ?? 0
    calls[choice] = calls[choice] ?? 0
    var said: [Said] = []
    for part in candidate["content"]?["parts"]?.array ?? [] { said += take(part, choice) }
    if let reason = candidate["finishReason"]?.string, reason != "FINISH_REASON_UNSPECIFIED" {
      let hasCall = calls[choice, default: 0] > 0
      let neutral = GeminiParts.neutralReason(reason, hasCall: hasCall)
      said.append(Said(.finish(neutral), choice: choice))
      ended.insert(choice)
    }
    return said
  }

  private mutating func take(_ part: JSONValue, _ choice: Int) -> [Said] {
    if let call = part["functionCall"], case .object = call {
      let number = calls[choice, default: 0]
      calls[choice] = number + 1
      let start = ToolCallStart(id: call["id"]?.string, name: call["name"]?.string)
      var said = [Said(.toolCall(start), choice: choice, call: number)]
      if let arguments = call["args"], case .object = arguments {
        said.append(
          Said(.output(.toolArguments, arguments.serialized()), choice: choice, call: number))
      }
      return said
    }
    guard let text = part["text"] else { return [] }
    guard let bytes = text.bytes else { return [Said(.malformed("text is not a string"))] }
    guard !bytes.isEmpty else { return [] }
    let isThought = part["thought"]?.bool ?? false
    return [Said(isThought ? .reasoning(bytes) : .output(.text, bytes), choice: choice)]
  }

  /// In the words of a script: thoughts are part of what was generated.
  private static func usage(in document: JSONValue) -> TokenUsage? {
    guard let usage = document["usageMetadata"], let prompt = usage["promptTokenCount"]?.int else {
      return nil
    }
    let thoughts = usage["thoughtsTokenCount"]?.int
    return TokenUsage(
      prompt: prompt, completion: (usage["candidatesTokenCount"]?.int ?? 0) + (thoughts ?? 0),
      cached: usage["cachedContentTokenCount"]?.int, reasoning: thoughts)
  }
}
