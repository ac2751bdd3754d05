package import Core

/// Leaves out the event that ends a stream in its dialect: it just stops, cleanly framed.
package struct MissingTerminatorFault: Fault {
  package static let spec = FaultSpec(
    "missing-terminator", "leaves out the event that ends the stream",
    effect: .edits, placement: .whole, directions: [.downstream], example: "missing-terminator")

  private var pieces = EventPieces()

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { pieces.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    if case .chunk(let chunk) = input, !turn.isActive { return turn.send(chunk) }
    pieces.receive(input, &turn) { event, turn in
      if !turn.kinds(of: event).contains(.terminator) { turn.send(event) }
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { turn.send(pieces.release()) }
}
