/// vLLM: `stop_reason` names the stop sequence that was met, and the code of an error is its status.
package struct VLLM: ChatDialect, Dialect {
  package let name = "vllm"
  package let about = "vLLM: openai-chat with reasoning_content and stop_reason"
  package let basePath = "/v1"
  let profile = ChatProfile(
    errors: .vllm, isFull: false, namesStopSequence: true)

  package init() {}
}
