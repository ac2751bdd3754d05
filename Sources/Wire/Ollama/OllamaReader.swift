/// The client's side of Ollama: what each line says.
struct OllamaReader {
  private var calls = 0

  /// Never empty. An empty line is no harmless filler: the official client breaks on it.
  mutating func said(by line: [UInt8]) -> [Said] {
    let (document, problem) = JSONValue.object(of: line)
    guard let document else {
      return [line.isEmpty ? Said(.malformed("an empty line")) : problem ?? Said(.empty)]
    }
    if let error = ErrorReader.error(in: document) { return [Said(.error(error))] }
    var said: [Said] = []
    if let message = document["message"], case .object = message { said += take(message) }
    guard document["done"]?.bool ?? false else { return said.isEmpty ? [Said(.empty)] : said }
    if let reason = document["done_reason"]?.string {
      said.append(Said(.finish(reason == "stop" && calls > 0 ? "tool_calls" : reason)))
    }
    if let output = document["eval_count"]?.int {
      let prompt = document["prompt_eval_count"]?.int ?? 0
      said.append(Said(.usage(TokenUsage(prompt: prompt, completion: output))))
    }
    return said + [Said(.terminator)]
  }

  private mutating func take(_ message: JSONValue) -> [Said] {
    var said: [Said] = []
    if let text = message["thinking"]?.bytes, !text.isEmpty { said.append(Said(.reasoning(text))) }
    if let content = message["content"], !content.isNull {
      guard let text = content.bytes else { return [Said(.malformed("content is not a string"))] }
      if !text.isEmpty { said.append(Said(.output(.text, text))) }
    }
    for call in message["tool_calls"]?.array ?? [] {
      let name = call["function"]?["name"]?.string
      let start = ToolCallStart(id: call["id"]?.string, name: name)
      said.append(Said(.toolCall(start), call: calls))
      if let arguments = call["function"]?["arguments"], case .object = arguments {
        said.append(Said(.output(.toolArguments, arguments.serialized()), call: calls))
      }
      calls += 1
    }
    return said
  }
}
