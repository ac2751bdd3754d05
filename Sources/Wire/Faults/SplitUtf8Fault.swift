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

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, chunk.kind != .head else { return turn.send(chunk) }
    // A first byte at the end of a chunk is cut off from the others already.
    guard let lead = chunk.bytes.dropLast().firstIndex(where: { $0 >= 0xC0 }) else {
      return sender.send(chunk, &turn)
    }
    let (piece, rest) = chunk.split(at: lead + 1 - chunk.bytes.startIndex)
    sender.send(piece, &turn)
    turn.again(rest)
  }
}
