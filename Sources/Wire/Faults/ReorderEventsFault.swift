package import Core

/// Swaps an event with the next one; the last one of a message stays where it is.
///
/// Comments between the two keep their places. The next event is not swapped again, so that
/// `every(1)` swaps them in pairs.
package struct ReorderEventsFault: Fault {
  package static let spec = FaultSpec(
    "reorder-events", "swaps an event with the next one",
    effect: .edits, placement: .events, directions: [.downstream],
    example: "reorder-events at event(3)")

  private var isMeant = false
  private var first = EventPieces()
  private var firstIsWhole = false

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { first.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: isMeant = isMeant || first.isEmpty
    case .chunk(let chunk) where isMeant && chunk.event != nil:
      firstIsWhole = first.take(chunk)
      isMeant = !firstIsWhole
    case .chunk(let chunk):
      turn.send(chunk.preparedForEditing())
      if firstIsWhole, chunk.endsEvent { withdraw(&turn) }
    case .end, .finish: withdraw(&turn)
    case .start, .timer: break
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) {
    firstIsWhole = false
    turn.send(first.release())
  }
}
