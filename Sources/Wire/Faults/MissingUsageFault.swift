package import Core

/// Leaves out the events that report usage and nothing else: what an event also says is never lost.
package struct MissingUsageFault: Fault {
  package static let spec = FaultSpec(
    "missing-usage", "leaves out the events that only report usage",
    effect: .edits, placement: .whole, directions: [.downstream], example: "missing-usage")

  private var pieces = EventPieces()

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { pieces.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    if case .chunk(let chunk) = input, !turn.isActive { return turn.send(chunk) }
    pieces.receive(input, &turn) { event, turn in
      if !Self.isOnlyUsage(turn.kinds(of: event)) { turn.send(event) }
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { turn.send(pieces.release()) }

  private static func isOnlyUsage(_ kinds: [NeutralEvent.Kind]) -> Bool {
    !kinds.isEmpty && kinds.allSatisfy { if case .usage = $0 { true } else { false } }
  }
}
