/// DeepSeek: both `content` and `reasoning_content` in every delta, one of them null; usage rides on
/// the chunk with the finish reason; comments keep a connection alive while it waits its turn.
///
/// api-docs.deepseek.com, "Create chat completion" and "Rate limit".
package struct DeepSeek: ChatDialect, Dialect {
  package let name = "deepseek"
  package let about = "DeepSeek: openai-chat with reasoning_content, usage in the last chunk"
  package let basePath = ""
  let profile = ChatProfile(
    usage: .finishChunk, isFull: false, countsCacheHits: true, nullsTheOther: true)

  package init() {}
}
