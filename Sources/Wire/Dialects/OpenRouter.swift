/// OpenRouter: `: OPENROUTER PROCESSING` while it waits, `provider` and `native_finish_reason`, usage
/// with its cost always, and an error in mid-stream as a choice that ends in `error`.
///
/// openrouter.ai/docs, "Streaming" and "Errors".
package struct OpenRouter: ChatDialect, Dialect {
  package let name = "openrouter"
  package let about = "OpenRouter: openai-chat with comments, provider, cost, and errors as choices"
  package let basePath = "/api/v1"
  let profile = ChatProfile(
    reasoning: .details, usage: .ownChunkAlways, errors: .openRouter,
    keepAlive: "OPENROUTER PROCESSING", isFull: false, namesProvider: true)

  package init() {}

  package func owns(path: String) -> Bool {
    path.hasPrefix("/api/v1/") && path.hasSuffix("/chat/completions")
  }
}
