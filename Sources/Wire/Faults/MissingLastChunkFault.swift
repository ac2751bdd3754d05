package import Core

/// Ends a chunked body by FIN instead of its zero chunk: every event has come, and yet the message
/// is incomplete (RFC 9112 section 8).
package struct MissingLastChunkFault: Fault {
  package static let spec = FaultSpec(
    "missing-last-chunk", "closes (FIN) where the zero chunk should end the body",
    effect: .cuts, placement: .whole, directions: [.downstream], takesApart: true,
    example: "missing-last-chunk")

  private var isOn = false

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk):
      guard turn.isActive, var head = chunk.answerHead, head.mayHaveBody else {
        return turn.send(chunk)
      }
      isOn = true
      head.setChunked()
      turn.send(chunk.with(head))
    case .end where isOn: turn.actions.append(.close)
    default: break
    }
  }
}
