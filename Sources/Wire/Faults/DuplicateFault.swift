package import Core

/// Sends an event twice, as a retry inside a relay does.
package struct DuplicateFault: Fault {
  package static let spec = FaultSpec(
    "duplicate", "sends an event twice",
    effect: .edits, placement: .events, directions: [.downstream],
    example: "duplicate at event(3)")

  private var isMeant = false
  private var copy = EventPieces()

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { copy.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: isMeant = true
    case .chunk(let chunk):
      turn.send(chunk.preparedForEditing())
      guard isMeant, chunk.event != nil, copy.take(chunk) else { return }
      isMeant = false
      turn.send(copy.release())
    default: break
    }
  }
}
