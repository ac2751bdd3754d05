package import Core

/// Cuts a message as a server does that exits: FIN to both peers after what was let through.
package struct CloseFault: Fault {
  package static let spec = FaultSpec(
    "close", "ends the connection with FIN on both sides, inside the framing",
    effect: .cuts, placement: .point, example: "close at event(5)")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: turn.actions.append(.close)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
