/// Qwen in the compatible mode of DashScope: `reasoning_content`, and an empty id in the later deltas
/// of a tool call.
package struct Qwen: ChatDialect, Dialect {
  package let name = "qwen"
  package let about = "Qwen (DashScope, compatible mode): openai-chat with reasoning_content"
  package let basePath = "/compatible-mode/v1"
  let profile = ChatProfile(
    calls: .emptyIDs, isFull: false)

  package init() {}

  package func owns(path: String) -> Bool {
    path.hasPrefix("/compatible-mode/") && path.hasSuffix("/chat/completions")
  }
}
