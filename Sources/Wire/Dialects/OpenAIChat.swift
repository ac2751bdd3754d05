/// OpenAI Chat Completions, the format that nearly every relay speaks.
///
/// OpenAI API specification 2.3.0, `createChatCompletion`: `data:` lines only, a role chunk, delta
/// chunks, one chunk with `finish_reason`, one with `usage` and no choices, then `[DONE]`.
package struct OpenAIChat: ChatDialect, Dialect {
  package let name = "openai-chat"
  package let about = "OpenAI Chat Completions: POST /chat/completions, server-sent events"
  let profile = ChatProfile()

  package init() {}
}
