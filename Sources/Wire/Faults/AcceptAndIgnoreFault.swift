package import Core

/// Accepts a connection and never reads from it or answers, as a server does that hangs.
package struct AcceptAndIgnoreFault: Fault {
  package static let spec = FaultSpec(
    "accept-and-ignore", "accepts the connection and never reads; the upstream is never asked",
    effect: .silences, placement: .whole, scope: .connection, example: "accept-and-ignore p=0.1")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .start where turn.isActive: turn.actions.append(.ignore)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
