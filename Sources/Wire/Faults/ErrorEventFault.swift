package import Core

/// Reports an error inside a stream that began well, in the shape of its dialect.
package struct ErrorEventFault: Fault {
  package static let spec = FaultSpec(
    "error-event", "puts an error event into the stream, in its dialect's shape",
    effect: .edits, placement: .point, directions: [.downstream],
    parameters: [
      FaultParameter(
        "message", .text, preset: .text("The server had an error"), "what the error says"),
      FaultParameter("type", .text, preset: .text("server_error"), "its type"),
      FaultParameter("code", .text, preset: .text(""), "its code, if not that of the dialect"),
      FaultParameter(
        "then", .choice(["end", "close", "go-on"]), preset: .text("end"),
        "whether the rest is dropped, the connection closed or the stream goes on"),
    ],
    example: "error-event type=overloaded_error at event(4)")

  private let error: ErrorStep
  private let then: String
  private var insertion = Insertion(isWholeEvent: true)
  private var drops = false

  package init(_ rule: FaultRule) {
    let code = rule.text("code")
    error = ErrorStep(
      type: rule.text("type"), message: rule.text("message"), code: code.isEmpty ? nil : code)
    then = rule.text("then")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position:
      insertion.ask()
      insert(&turn)
    case .chunk(let chunk):
      insert(before: chunk, &turn)
      guard !drops else { return }
      turn.send(chunk.preparedForEditing())
      insertion.passed(chunk)
      insert(&turn)
    default: break
    }
  }

  private mutating func insert(before next: FaultChunk? = nil, _ turn: inout FaultTurn) {
    for kind in insertion.take(before: next) where !drops {
      let request = ProviderRequest(model: "", stream: true, usage: false, nonce: nil)
      let bytes = turn.eventDialect.event(.error(error), for: request)
      turn.send(FaultChunk(kind, bytes[...], events: 1, at: turn.now))
      drops = then != "go-on"
      if then == "close" { turn.actions.append(.close) }
    }
  }
}
