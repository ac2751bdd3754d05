import Core

/// What the provider says to requests that are no completions.
///
/// Relays ask for the list of models unbidden (LiteLLM does, every few minutes), load balancers ask
/// for a health page, and a wrong base URL must be told apart from a broken provider.
enum FixedAnswers {
  static let model = "relaymark-scripted"

  /// The answer to a request that no dialect accepts.
  static func answer(to request: HTTPRequest, dialects: [any Dialect]) -> ScriptPlayer.Action {
    if request.method == "GET" || request.method == "HEAD", let body = page(request.path) {
      return .whole(status: 200, headers: [], body: body, due: .zero)
    }
    if let dialect = dialects.first(where: { $0.wouldAccept(request) }) {
      return error(400, "The body of the request is not a JSON object.", dialect)
    }
    let what = "Unknown request URL: \(request.method) \(request.path)."
    return error(404, what, dialects.first)
  }

  /// An error answer in the shape of the dialect.
  static func error(
    _ status: Int, _ message: String, _ dialect: (any Dialect)?
  ) -> ScriptPlayer.Action {
    let type = status < 500 ? "invalid_request_error" : "server_error"
    let step = ErrorStep(status: status, type: type, message: message)
    return .whole(status: status, headers: [], body: dialect?.error(step) ?? [], due: .zero)
  }

  private static func page(_ path: String) -> [UInt8]? {
    var out: [UInt8] = []
    let parts = path.split(separator: "/")
    if parts.isEmpty || parts == ["health"] {
      out.put("{\"status\":\"ok\"}")
    } else if parts.last == "models" {
      out.put("{\"object\":\"list\",\"data\":[")
      put(model: model, &out)
      out.put("]}")
    } else if parts.dropLast().last == "models", let id = parts.last {
      put(model: String(id), &out)
    } else {
      return nil
    }
    return out
  }

  private static func put(model: String, _ out: inout [UInt8]) {
    out.put("{\"id\":")
    out.putQuoted(model)
    out.put(",\"object\":\"model\",\"created\":")
    out.put(ChatWriter.created)
    out.put(",\"owned_by\":\"relaymark\"}")
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
