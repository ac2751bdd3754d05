package import Core

/// Holds a message from before its first byte, so that the head is late as well.
package struct FirstByteDelayFault: Fault {
  package static let spec = FaultSpec(
    "first-byte-delay", "holds the first byte of the answer",
    effect: .delays, placement: .whole,
    parameters: [FaultParameter("length", .distribution, "how long")],
    example: "first-byte-delay 2s")

  private let length: Distribution

  package init(_ rule: FaultRule) { length = rule.distribution("length") }

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .start where turn.isActive: turn.wait(until: turn.now + length.sample(&turn.random))
    case .chunk(let chunk): turn.send(chunk)
    default: break
    }
  }
}
