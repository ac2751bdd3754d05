package import Core

/// Ends one direction with FIN; what the receiver still sends goes on to the sender.
package struct HalfCloseFault: Fault {
  package static let spec = FaultSpec(
    "half-close", "ends this direction with FIN, and leaves the other open",
    effect: .cuts, placement: .point, example: "half-close at event(5)")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: turn.actions.append(.halfClose)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
