package import Core

/// Sends the event that ends a stream twice.
package struct DoubleTerminatorFault: Fault {
  package static let spec = FaultSpec(
    "double-terminator", "sends the event that ends the stream twice",
    effect: .edits, placement: .whole, directions: [.downstream], example: "double-terminator")

  private var pieces = EventPieces()

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { pieces.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    if case .chunk(let chunk) = input, !turn.isActive { return turn.send(chunk) }
    pieces.receive(input, &turn) { event, turn in
      turn.send(event)
      if turn.kinds(of: event).contains(.terminator) { turn.send(event) }
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { turn.send(pieces.release()) }
}
