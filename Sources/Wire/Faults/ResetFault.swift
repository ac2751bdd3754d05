package import Core

/// Cuts a message as a crash does: RST to both peers, earlier bytes delivered first.
package struct ResetFault: Fault {
  package static let spec = FaultSpec(
    "reset", "resets the connection on both sides, with all earlier bytes delivered",
    effect: .cuts, placement: .point, example: "reset at event(5)")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: turn.actions.append(.reset)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
