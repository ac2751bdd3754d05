package import Core

/// Answers a connection with RST before anything is read, as a port does that nobody listens on:
/// the nearest to it that is possible once the kernel has accepted.
package struct RefuseFault: Fault {
  package static let spec = FaultSpec(
    "refuse", "resets the connection at once; the upstream is never asked",
    effect: .cuts, placement: .whole, scope: .connection, example: "refuse p=0.1")

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .start where turn.isActive: turn.actions.append(.refuse)
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
