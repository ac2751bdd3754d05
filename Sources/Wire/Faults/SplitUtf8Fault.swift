package import Core

/// Cuts within every UTF-8 sequence of more than one byte, behind its first byte: a reader that
/// decodes each read by itself gets nothing but broken characters.
package struct SplitUtf8Fault: Fault {
  package static let spec = FaultSpec(
    "split-utf8", "cuts inside every UTF-8 sequence of more than one byte",
    effect: .reshapes, placement: .span, parameters: [PieceSender.parameter],
    example: "split-utf8 gap=5ms")

  private var sender: PieceSender

  package init(_ rule: FaultRule) { sender = PieceSender(gap: rule.duration("gap")) }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var rest) = input else { return }
    guard turn.isActive, rest.kind != .head else { return turn.send(rest) }
    // A first byte at the end of a chunk is cut off from the others already.
    while let lead = rest.bytes.dropLast().firstIndex(where: { $0 >= 0xC0 }) {
      let (piece, behind) = rest.split(at: lead + 1 - rest.bytes.startIndex)
      sender.send(piece, &turn)
      rest = behind
    }
    sender.send(rest, &turn)
  }
}
