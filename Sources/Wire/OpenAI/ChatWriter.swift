import Core

/// The provider's side of OpenAI Chat Completions: chunks, whole answers and errors as bytes.
///
/// Members and their order are those of OpenAI's own chunks, with `finish_reason` and `logprobs`
/// present and null until the end, because relays and SDKs are built against them. The random
/// `obfuscation` padding is left out: the same request gives the same bytes.
enum ChatWriter {
  /// A point in time, constant so that answers do not depend on a clock.
  static let created = 1_790_000_000

  static func event(_ event: ScriptedEvent, for request: ProviderRequest) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(384)
    switch event {
    case .role(let role):
      openChunk(request, &out)
      out.put("{\"index\":0,\"delta\":{\"role\":")
      out.putQuoted(role)
      out.put(",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}")
      closeChunk(request, &out)
    case .text(let text):
      openChunk(request, &out)
      out.put("{\"index\":0,\"delta\":{\"content\":")
      out.putQuoted(text)
      out.put("},\"logprobs\":null,\"finish_reason\":null}")
      closeChunk(request, &out)
    case .finish(let reason):
      openChunk(request, &out)
      out.put("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":")
      out.putQuoted(reason)
      out.put("}")
      closeChunk(request, &out)
    case .usage(let usage):
      openChunk(request, &out)
      out.put("],\"usage\":")
      put(usage, &out)
      out.put("}\n\n")
    case .comment(let text):
      out.put(": ")
      out.append(contentsOf: text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
      out.put("\n\n")
    case .terminator:
      out.put("data: [DONE]\n\n")
    case .error(let error):
      out.put("data: ")
      put(error, &out)
      out.put("\n\n")
    }
    return out
  }

  static func whole(
    text: String, finish: String?, usage: UsageStep?, for request: ProviderRequest
  ) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(512 + text.utf8.count)
    putHead("chat.completion", request, &out)
    out.put("{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":")
    out.putQuoted(text)
    out.put(",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":")
    if let finish { out.putQuoted(finish) } else { out.put("null") }
    out.put("}]")
    if let usage {
      out.put(",\"usage\":")
      put(usage, &out)
    }
    out.put("}")
    return out
  }

  static func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    put(error, &out)
    return out
  }

  // MARK: Parts

  private static func openChunk(_ request: ProviderRequest, _ out: inout [UInt8]) {
    out.put("data: ")
    putHead("chat.completion.chunk", request, &out)
  }

  /// Chunks before the usage chunk say `"usage": null`, but only when usage was asked for.
  private static func closeChunk(_ request: ProviderRequest, _ out: inout [UInt8]) {
    out.put(request.usage ? "],\"usage\":null}\n\n" : "]}\n\n")
  }

  /// Everything up to and including the bracket that opens `choices`.
  private static func putHead(
    _ object: String, _ request: ProviderRequest, _ out: inout [UInt8]
  ) {
    out.put("{\"id\":\"chatcmpl-")
    out.putHex(request.nonce?.value ?? UInt64(bitPattern: Int64(request.ordinal)))
    out.put("\",\"object\":\"")
    out.put(object)
    out.put("\",\"created\":")
    out.put(created)
    out.put(",\"model\":")
    out.putQuoted(request.model)
    out.put(",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_relaymark\",\"choices\":[")
  }

  private static func put(_ usage: UsageStep, _ out: inout [UInt8]) {
    out.put("{\"prompt_tokens\":")
    out.put(usage.prompt)
    out.put(",\"completion_tokens\":")
    out.put(usage.completion)
    out.put(",\"total_tokens\":")
    out.put(usage.prompt &+ usage.completion)
    out.put(",\"prompt_tokens_details\":{\"cached_tokens\":")
    out.put(usage.cached)
    out.put(",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":")
    out.put(usage.reasoning)
    out.put(",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,")
    out.put("\"rejected_prediction_tokens\":0}}")
  }

  /// `{"error":{…}}` with all four keys, as the schema requires.
  private static func put(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"error\":{\"message\":")
    out.putQuoted(error.message)
    out.put(",\"type\":")
    out.putQuoted(error.type)
    out.put(",\"param\":null,\"code\":")
    let code = error.code ?? code(ofStatus: error.status)
    if let code { out.putQuoted(code) } else { out.put("null") }
    out.put("}}")
  }

  /// The code that goes with a status; OpenAI sends null for the rest.
  private static func code(ofStatus status: Int) -> String? {
    switch status {
    case 401: "invalid_api_key"
    case 403: "permission_denied"
    case 404: "not_found"
    case 429: "rate_limit_exceeded"
    case 503: "service_unavailable"
    default: nil
    }
  }
}
