/// Groq: `reasoning`, and `x_groq` in the first and in the last chunk, which also has usage.
package struct Groq: ChatDialect, Dialect {
  package let name = "groq"
  package let about = "Groq: openai-chat with reasoning, and x_groq in the first and last chunk"
  package let basePath = "/openai/v1"
  let profile = ChatProfile(
    reasoning: .reasoning, usage: .finishChunk, isFull: false, namesGroq: true)

  package init() {}

  package func owns(path: String) -> Bool {
    path.hasPrefix("/openai/v1/") && path.hasSuffix("/chat/completions")
  }
}
