package import Core

/// Leaves out the space between a field's colon and its value, which is optional (WHATWG HTML
/// section 9.2.5): `data:{"id":1}`.
package struct NoSpaceFault: Fault {
  package static let spec = FaultSpec(
    "no-space", "leaves out the space behind the colon of a field",
    effect: .edits, placement: .span, directions: [.downstream], example: "no-space")

  private var gate = EventStreamGate()
  private var scanner = SSELineScanner()

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var chunk) = input else { return }
    guard gate.lets(chunk) else { return turn.send(chunk.preparedForEditing()) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunk.bytes.count)
    for (index, byte) in zip(chunk.bytes.indices, chunk.bytes) {
      // A value that begins with a space itself would lose that one instead.
      let next = index + 1 < chunk.bytes.endIndex ? chunk.bytes[index + 1] : .space
      if scanner.take(byte) != .space || next == .space { bytes.append(byte) }
    }
    if turn.isActive { chunk.bytes = bytes[...] }
    turn.send(chunk)
  }
}
