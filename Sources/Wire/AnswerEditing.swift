import Core

extension FaultChunk {
  /// The head of an answer, to be edited; nil for everything else, and for an interim response,
  /// which is no answer yet (RFC 9110 section 15.2).
  var answerHead: MessageHead? {
    guard kind == .head, let head = MessageHead(bytes), let status = head.status, status >= 200
    else { return nil }
    return head
  }

  func with(_ head: MessageHead) -> FaultChunk {
    var chunk = self
    chunk.bytes = head.bytes[...]
    return chunk
  }
}

extension FaultTurn {
  /// Sends bytes of our own, which nobody sent.
  mutating func sendOwn(_ kind: FaultChunk.Kind = .raw, _ bytes: [UInt8]) {
    send(FaultChunk(kind, bytes[...], at: now))
  }
}

/// An answer of our own in the place of the sender's.
///
/// It comes when the head would have come, and keeps what of that is not about the body: date,
/// request id, and whether the connection goes on. Everything else of the message is dropped, also
/// what its body still streams: a further answer on the connection comes after that.
struct ReplacedAnswer: Sendable {
  struct Content: Hashable, Sendable {
    var status: Int
    /// Nil keeps that of the sender.
    var mediaType: String?
    var body: [UInt8] = []
    var extra: [HeaderField] = []
  }

  private(set) var isOn = false

  /// Does everything a fault has to.
  mutating func receive(
    _ input: FaultInput, _ turn: inout FaultTurn, content: (FaultTurn) -> Content
  ) {
    if input == .end { isOn = false }
    guard case .chunk(let chunk) = input, !isOn else { return }
    guard turn.isActive, let head = chunk.answerHead else { return turn.send(chunk) }
    isOn = true
    let content = content(turn)
    turn.send(chunk.with(Self.head(head, content)))
    if !content.body.isEmpty { turn.sendOwn(.body, content.body) }
  }

  private static func head(_ original: MessageHead, _ content: Content) -> MessageHead {
    var head = original
    let type = content.mediaType ?? original.values(of: "Content-Type").last.map { $0.span.text }
    head.setStatus(content.status)
    for prefix in ["Content-", "Transfer-Encoding", "Trailer", "Retry-After", "ETag"] {
      head.remove(prefix: prefix)
    }
    if let type { head.append("Content-Type", type) }
    for field in content.extra { head.append(field.name, field.value) }
    head.append("Content-Length", String(content.body.count))
    return head
  }
}

/// Bodies that stand where a client expects a model's words.
enum ErrorBodies {
  /// A page such as a load balancer or a captive portal shows.
  static func html(_ title: String) -> [UInt8] {
    Array(
      "<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        .utf8)
  }

  /// JSON of a gateway, in no provider's shape.
  static func json(_ status: Int) -> [UInt8] {
    var out: [UInt8] = []
    out.put("{\"message\":")
    out.putQuoted(AnswerHead.reason(status))
    out.put(",\"status\":\(status)}")
    return out
  }

  /// In the shape of the dialect, that of OpenAI Chat Completions if there is none.
  static func dialect(
    _ dialect: (any Dialect)?, status: Int, retryAfter: Int? = nil
  ) -> [UInt8] {
    let step = ErrorStep(
      status: status, type: type(of: status), message: "The proxy was asked for a \(status).",
      retryAfter: retryAfter)
    return (dialect ?? OpenAIChat()).error(step)
  }

  /// The names that providers share.
  private static func type(of status: Int) -> String {
    switch status {
    case 401: "authentication_error"
    case 403: "permission_error"
    case 404: "not_found_error"
    case 429: "rate_limit_error"
    case 529: "overloaded_error"
    case 500...: "server_error"
    default: "invalid_request_error"
    }
  }
}
