package import Core

/// Leaves an event out; everything around it passes.
package struct DropEventFault: Fault {
  package static let spec = FaultSpec(
    "drop-event", "leaves an event out",
    effect: .edits, placement: .events, directions: [.downstream],
    example: "drop-event at event(3)")

  private var isMeant = false

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: isMeant = true
    case .chunk(let chunk) where isMeant && chunk.event != nil: isMeant = !chunk.endsEvent
    case .chunk(let chunk): turn.send(chunk.preparedForEditing())
    default: break
    }
  }
}
