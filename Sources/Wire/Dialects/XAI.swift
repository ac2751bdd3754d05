/// xAI: no `finish_reason` before the end, and tool calls whole in one delta.
package struct XAI: ChatDialect, Dialect {
  package let name = "xai"
  package let about = "xAI: openai-chat with reasoning_content, finish_reason only at the end"
  package let basePath = "/v1"
  let profile = ChatProfile(
    calls: .wholeIndexed, isFull: false, omitsOpenFinish: true)

  package init() {}
}
