package import Core

/// Puts a byte order mark before an event stream, which a reader must skip (WHATWG HTML 9.2.6).
package struct BomFault: Fault {
  package static let spec = FaultSpec(
    "bom", "puts a byte order mark before the event stream",
    effect: .edits, placement: .whole, directions: [.downstream], example: "bom")

  private var gate = EventStreamGate()
  private var isDone = false

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var chunk) = input else { return }
    guard turn.isActive else { return turn.send(chunk) }
    if gate.lets(chunk), !isDone {
      isDone = true
      chunk.bytes = ByteOrderMark.bytes[...] + chunk.bytes
    }
    turn.send(chunk.preparedForEditing())
  }
}
