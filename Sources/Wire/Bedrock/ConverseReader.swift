import Core

/// The client's side of ConverseStream: what each message of the stream says.
struct ConverseReader {
  /// Which call each block of a tool is.
  private var calls: [Int: Int] = [:]

  /// Never empty.
  mutating func said(by frame: AmazonFrame) -> [Said] {
    switch frame.headers[":message-type"] {
    case "exception":
      let message = (try? JSONValue.parse(frame.payload))?["message"]?.string ?? ""
      return [Said(.error(StreamError(message: message, type: frame.headers[":exception-type"])))]
    case "error":
      return [
        Said(
          .error(
            StreamError(
              message: frame.headers[":error-message"] ?? "", code: frame.headers[":error-code"])))
      ]
    case "event": break
    default: return [Said(.malformed("a message that is no event, exception or error"))]
    }
    let (document, problem) = JSONValue.object(of: frame.payload)
    guard let document else { return [problem ?? Said(.empty)] }
    switch frame.headers[":event-type"] {
    case "messageStart": return [document["role"]?.string.map { Said(.role($0)) } ?? Said(.empty)]
    case "contentBlockStart": return begin(document)
    case "contentBlockDelta": return delta(document)
    case "messageStop":
      guard let reason = document["stopReason"]?.string else {
        return [Said(.malformed("a stop without a reason"))]
      }
      return [Said(.finish(ConverseParts.neutralReason(reason)))]
    case "metadata":
      let usage = document["usage"].flatMap(Self.usage)
      return (usage.map { [Said(.usage($0))] } ?? []) + [Said(.terminator)]
    default: return [Said(.empty)]
    }
  }

  /// A message in one piece.
  static func said(byWhole body: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: body)
    guard let document else { return [problem ?? Said(.empty)] }
    guard let message = document["output"]?["message"], let content = message["content"]?.array
    else { return [Said(.malformed("an answer without content"))] }
    var said = message["role"]?.string.map { [Said(.role($0))] } ?? []
    var calls = 0
    for block in content {
      if let text = block["reasoningContent"]?["reasoningText"]?["text"]?.bytes {
        said.append(Said(.reasoning(text)))
      }
      if let text = block["text"]?.bytes { said.append(Said(.output(.text, text))) }
      guard let call = block["toolUse"] else { continue }
      said.append(Said(.toolCall(start(of: call)), call: calls))
      if let input = call["input"], case .object = input {
        said.append(Said(.output(.toolArguments, input.serialized()), call: calls))
      }
      calls += 1
    }
    if let reason = document["stopReason"]?.string {
      said.append(Said(.finish(ConverseParts.neutralReason(reason))))
    }
    if let counts = document["usage"].flatMap(Self.usage) { said.append(Said(.usage(counts))) }
    return said.isEmpty ? [Said(.empty)] : said
  }

  private static func start(of call: JSONValue) -> ToolCallStart {
    ToolCallStart(id: call["toolUseId"]?.string, name: call["name"]?.string)
  }

  private static func usage(_ usage: JSONValue) -> TokenUsage? {
    guard let input = usage["inputTokens"]?.int else { return nil }
    let cached = usage["cacheReadInputTokens"]?.int
    return TokenUsage(
      prompt: input + (cached ?? 0) + (usage["cacheWriteInputTokens"]?.int ?? 0),
      completion: usage["outputTokens"]?.int ?? 0, cached: cached)
  }

  private mutating func begin(_ event: JSONValue) -> [Said] {
    guard let call = event["start"]?["toolUse"] else { return [Said(.empty)] }
    let number = calls.count
    calls[event["contentBlockIndex"]?.int ?? number] = number
    return [Said(.toolCall(Self.start(of: call)), call: number)]
  }

  private func delta(_ event: JSONValue) -> [Said] {
    guard let delta = event["delta"] else { return [Said(.malformed("a delta without content"))] }
    if let text = delta["text"]?.bytes {
      return [text.isEmpty ? Said(.empty) : Said(.output(.text, text))]
    }
    if let text = delta["reasoningContent"]?["text"]?.bytes {
      return [text.isEmpty ? Said(.empty) : Said(.reasoning(text))]
    }
    if let text = delta["toolUse"]?["input"]?.bytes {
      let index = event["contentBlockIndex"]?.int ?? 0
      guard !text.isEmpty else { return [Said(.empty)] }
      return [Said(.output(.toolArguments, text), call: calls[index] ?? index)]
    }
    return [Said(.empty)]
  }
}
