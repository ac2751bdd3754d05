/// Mistral: thinking and text are parts of a list once there is thinking; tool calls come whole,
/// without index and type and with ids of nine characters; usage comes unasked with the finish.
///
/// docs.mistral.ai/api; the official SDK 3.7.0 validates every chunk.
package struct Mistral: ChatDialect, Dialect {
  package let name = "mistral"
  package let about = "Mistral: openai-chat with thinking as parts of content, whole tool calls"
  package let basePath = "/v1"
  let profile = ChatProfile(
    reasoning: .parts, usage: .finishChunk, calls: .whole, errors: .flat, isFull: false)

  package init() {}
}
