package import Core

/// Goes silent for ever, as a peer does behind a dead link: no byte and no FIN passes any more.
package struct StallFault: Fault {
  package static let spec = FaultSpec(
    "stall", "lets nothing more pass, with the connection open",
    effect: .silences, placement: .point, example: "stall at byte(900)")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: turn.actions.append(.stall)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
