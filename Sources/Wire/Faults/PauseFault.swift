package import Core

/// Holds a message for a length that is drawn anew each time, then goes on.
package struct PauseFault: Fault {
  package static let spec = FaultSpec(
    "pause", "holds everything for a while, then goes on",
    effect: .delays, placement: .point,
    parameters: [FaultParameter("length", .distribution, "how long")],
    example: "pause 300ms at event(3)")

  private let length: Distribution

  package init(_ rule: FaultRule) { length = rule.distribution("length") }

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: turn.wait(until: turn.now + length.sample(&turn.random))
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
