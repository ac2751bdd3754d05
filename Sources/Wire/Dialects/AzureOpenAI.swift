package import Core

/// Azure OpenAI: a path with the deployment, the key in a header of its own, and a first event
/// without choices, id and model.
///
/// learn.microsoft.com, Azure OpenAI, "Content streaming".
package struct AzureOpenAI: ChatDialect, Dialect {
  package let name = "azure"
  package let about = "Azure OpenAI: openai-chat by deployment, first chunk without choices"
  package let basePath = ""
  let profile = ChatProfile(opensWithFilter: true)

  private static let version = "2024-10-21"

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    let deployment = PathSegment.encode(traffic.model)
    return ClientRequest(
      path: "/openai/deployments/\(deployment)/chat/completions?api-version=\(Self.version)",
      headers: ChatRequest.headers(traffic), body: ChatRequest.body(traffic, prompt),
      keyHeader: "api-key", keyPrefix: "")
  }

  package func owns(path: String) -> Bool {
    path.contains("/openai/deployments/") && path.hasSuffix("/chat/completions")
  }
}
