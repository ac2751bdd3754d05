import Core

/// What the provider says to requests that are no completions.
///
/// Relays ask for the list of models unbidden (LiteLLM does, every few minutes), load balancers ask
/// for a health page, and a wrong base URL must be told apart from a broken provider.
enum FixedAnswers {
  static let model = "relaymark-scripted"

  /// The answer to a request that no dialect accepts.
  static func answer(to request: HTTPRequest, dialects: [any Dialect]) -> ScriptPlayer.Action {
    if request.method == "GET" || request.method == "HEAD", let body = page(request) {
      return .whole(status: 200, headers: [], body: body, due: .zero)
    }
    let owners = dialects.filter { $0.owns(path: request.path) }
    if let dialect = (owners + dialects).first(where: { $0.wouldAccept(request) }) {
      return error(400, "The body of the request is not a JSON object.", dialect)
    }
    let what = "Unknown request URL: \(request.method) \(request.path)."
    return error(404, what, owners.first ?? dialects.first)
  }

  /// An error answer in the shape of the dialect.
  static func error(
    _ status: Int, _ message: String, _ dialect: (any Dialect)?
  ) -> ScriptPlayer.Action {
    let type = status < 500 ? "invalid_request_error" : "server_error"
    let step = ErrorStep(status: status, type: type, message: message)
    return .whole(status: status, headers: [], body: dialect?.error(step) ?? [], due: .zero)
  }

  private static func page(_ request: HTTPRequest) -> [UInt8]? {
    let parts = request.path.split(separator: "/")
    var out: [UInt8] = []
    if parts.isEmpty || parts == ["health"] {
      out.put("{\"status\":\"ok\"}")
    } else if parts.suffix(2) == ["api", "tags"] {
      ModelLists.ollama(model, &out)
    } else if parts.last == "models" {
      // Google's client asks below /v1 or /v1beta, with its own field for the key.
      if parts.contains("v1beta") || request.header("x-goog-api-key") != nil {
        ModelLists.gemini(model, &out)
      } else if request.header("anthropic-version") != nil {
        ModelLists.anthropic(model, &out)
      } else {
        ModelLists.openAI(model, &out)
      }
    } else if parts.dropLast().last == "models", let id = parts.last {
      ModelLists.putOpenAI(model: String(id), &out)
    } else {
      return nil
    }
    return out
  }
}

extension Dialect {
  /// Whether method and path are a completion's, whatever the body is.
  fileprivate func wouldAccept(_ request: HTTPRequest) -> Bool {
    var probe = request
    probe.body = Array("{}".utf8)
    return accepts(probe) != nil
  }
}
