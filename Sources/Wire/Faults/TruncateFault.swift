package import Core

/// Drops the rest of a message and lets it end as if it were whole: no framing tells of the loss.
package struct TruncateFault: Fault {
  package static let spec = FaultSpec(
    "truncate", "drops what is behind a place, and ends the message cleanly",
    effect: .edits, placement: .point, example: "truncate at inside-event(4,10)")

  private var drops = false

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position: drops = true
    case .chunk(let chunk) where !drops || chunk.kind == .head:
      turn.send(chunk.preparedForEditing())
    default: break
    }
  }
}
