package import Core

/// Holds the FIN back, and nothing else: the answer is there, and its end is not.
package struct SlowCloseFault: Fault {
  package static let spec = FaultSpec(
    "slow-close", "holds back the FIN",
    effect: .delays, placement: .whole,
    parameters: [FaultParameter("length", .distribution, "how long")],
    example: "slow-close 2s")

  private let length: Distribution

  package init(_ rule: FaultRule) { length = rule.distribution("length") }

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .finish where turn.isActive: turn.wait(until: turn.now + length.sample(&turn.random))
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
