import Core

/// The parts of which streams, whole answers and errors of Chat Completions are made.
enum ChatParts {
  /// A point in time, constant so that answers do not depend on a clock.
  static let created = 1_790_000_000

  /// The first event of Azure's, which all clients must live with.
  static let promptFilter = """
    data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":\
    [{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},\
    "self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},\
    "violence":{"filtered":false,"severity":"safe"}}}]}\n\n
    """

  /// Everything up to and including the bracket that opens `choices`.
  static func putHead(
    _ object: String, _ request: ProviderRequest, _ profile: ChatProfile, _ out: inout [UInt8]
  ) {
    out.put(profile.namesProvider ? "{\"id\":\"gen-" : "{\"id\":\"chatcmpl-")
    out.putHex(request.number)
    out.put("\",\"object\":\"")
    out.put(object)
    out.put("\",\"created\":")
    out.put(created)
    out.put(",\"model\":")
    out.putQuoted(request.model)
    if profile.namesProvider { out.put(",\"provider\":\"relaymark\"") }
    if profile.isFull { out.put(",\"service_tier\":\"default\"") }
    out.put(",\"system_fingerprint\":\"fp_relaymark\",\"choices\":[")
  }

  /// The rest of a choice behind its delta or message, with its brace.
  static func closeChoice(
    _ finish: FinishStep?, in profile: ChatProfile, _ out: inout [UInt8]
  ) {
    if profile.isFull { out.put(",\"logprobs\":null") }
    if let finish {
      out.put(",\"finish_reason\":")
      out.putQuoted(finish.reason)
    } else if !profile.omitsOpenFinish {
      out.put(",\"finish_reason\":null")
    }
    if profile.namesProvider {
      out.put(",\"native_finish_reason\":")
      if let finish { out.putQuoted(finish.reason) } else { out.put("null") }
    }
    if profile.namesStopSequence, let finish {
      out.put(",\"stop_reason\":")
      if let sequence = finish.sequence { out.putQuoted(sequence) } else { out.put("null") }
    }
    if profile.opensWithFilter { out.put(",\"content_filter_results\":{}") }
    out.put("}")
  }

  /// A whole call; Mistral's have neither index nor type.
  static func put(
    _ call: ScriptedCall, in profile: ChatProfile, isDelta: Bool = false, _ out: inout [UInt8]
  ) {
    out.put("{")
    if isDelta, profile.calls != .whole { out.put("\"index\":\(call.index),") }
    out.put("\"id\":")
    out.putQuoted(call.id(prefix: profile.calls == .whole ? "" : "call_"))
    if profile.calls != .whole { out.put(",\"type\":\"function\"") }
    out.put(",\"function\":{\"name\":")
    out.putQuoted(call.name)
    out.put(",\"arguments\":")
    out.putQuoted(call.arguments)
    out.put("}}")
  }

  /// A comment of one line, whatever it is given; no event.
  static func putComment(_ text: String, _ out: inout [UInt8]) -> Int {
    out.put(": ")
    out.append(contentsOf: text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    out.put("\n\n")
    return 0
  }

  static func put(_ usage: UsageStep, in profile: ChatProfile, _ out: inout [UInt8]) {
    out.put("{\"prompt_tokens\":")
    out.put(usage.prompt)
    out.put(",\"completion_tokens\":")
    out.put(usage.completion)
    out.put(",\"total_tokens\":")
    out.put(usage.prompt &+ usage.completion)
    out.put(",\"prompt_tokens_details\":{\"cached_tokens\":")
    out.put(usage.cached)
    if profile.isFull { out.put(",\"audio_tokens\":0") }
    out.put("},\"completion_tokens_details\":{\"reasoning_tokens\":")
    out.put(usage.reasoning)
    if profile.isFull {
      out.put(",\"audio_tokens\":0,\"accepted_prediction_tokens\":0,")
      out.put("\"rejected_prediction_tokens\":0")
    }
    out.put("}")
    if profile.countsCacheHits {
      out.put(",\"prompt_cache_hit_tokens\":")
      out.put(usage.cached)
      out.put(",\"prompt_cache_miss_tokens\":")
      out.put(usage.prompt &- usage.cached)
    }
    if profile.namesProvider, usage.more.isEmpty {
      out.put(",\"cost\":0.000419,\"is_byok\":false,\"cost_details\":")
      out.put("{\"upstream_inference_cost\":null,\"upstream_inference_prompt_cost\":0.000124,")
      out.put("\"upstream_inference_completions_cost\":0.000295}")
    }
    if profile.namesGroq {
      out.put(",\"queue_time\":0.001,\"prompt_time\":0.002,\"completion_time\":0.2,")
      out.put("\"total_time\":0.202")
    }
    usage.putMore(&out)
    out.put("}")
  }

  /// The document of an error; `request` is that of the stream in which it stands, if it does.
  static func put(
    _ error: ErrorStep, in profile: ChatProfile, request: ProviderRequest?, _ out: inout [UInt8]
  ) {
    switch profile.errors {
    case .openAI: putOpenAI(error, &out)
    case .openRouter: putOpenRouter(error, profile, request, &out)
    case .vllm:
      out.put("{\"error\":{\"message\":")
      out.putQuoted(error.message)
      out.put(",\"type\":")
      out.putQuoted(error.type)
      out.put(",\"param\":null,\"code\":")
      out.put(error.status)
      out.put("}}")
    case .flat:
      out.put("{\"object\":\"error\",\"message\":")
      out.putQuoted(error.message)
      out.put(",\"type\":")
      out.putQuoted(error.type)
      out.put(",\"param\":null,\"code\":")
      if let code = error.code { out.putQuoted(code) } else { out.put("null") }
      out.put("}")
    }
  }

  /// `{"error":{…}}` with all four keys, as the schema requires.
  private static func putOpenAI(_ error: ErrorStep, _ out: inout [UInt8]) {
    out.put("{\"error\":{\"message\":")
    out.putQuoted(error.message)
    out.put(",\"type\":")
    out.putQuoted(error.type)
    out.put(",\"param\":null,\"code\":")
    let code = error.code ?? code(ofStatus: error.status)
    if let code { out.putQuoted(code) } else { out.put("null") }
    out.put("}}")
  }

  /// In a stream a chunk with both an error and a choice that ends in it.
  private static func putOpenRouter(
    _ error: ErrorStep, _ profile: ChatProfile, _ request: ProviderRequest?, _ out: inout [UInt8]
  ) {
    if let request {
      putHead("chat.completion.chunk", request, profile, &out)
      out.put("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}")
      closeChoice("error", in: profile, &out)
      out.put("],\"error\":")
    } else {
      out.put("{\"error\":")
    }
    out.put("{\"code\":")
    out.put(error.status)
    out.put(",\"message\":")
    out.putQuoted(error.message)
    out.put(",\"metadata\":{\"error_type\":")
    out.putQuoted(error.type)
    out.put("}}}")
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

extension ProviderRequest {
  /// Names the answer: its ids are derived from it.
  var number: UInt64 { nonce?.value ?? UInt64(bitPattern: Int64(ordinal)) }
}
