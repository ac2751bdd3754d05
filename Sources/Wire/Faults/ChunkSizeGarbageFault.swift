package import Core

/// Writes a line that is no chunk size where one must stand (RFC 9112 section 7.1): the next piece
/// of the body has it for its header. An answer with a length is sent in chunks for that; one that
/// lasts until the close has no place for it.
package struct ChunkSizeGarbageFault: Fault {
  package static let spec = FaultSpec(
    "chunk-size-garbage", "writes a chunk size that is no hexadecimal number",
    effect: .edits, placement: .point, directions: [.downstream],
    parameters: [FaultParameter("size", .text, preset: .text("xyz"), "what stands for the size")],
    example: "chunk-size-garbage at event(2)")

  private let line: [UInt8]
  private var isChunked = false
  private var struckEarly = false
  /// Whether the line is out and the piece it stands before is not.
  private var isOpen = false

  package init(_ rule: FaultRule) { line = Array("\(rule.text("size"))\r\n".utf8) }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position where isChunked: open(&turn)
    case .position: struckEarly = true
    case .chunk(let chunk): pass(chunk, &turn)
    default: break
    }
  }

  private mutating func open(_ turn: inout FaultTurn) {
    if !isOpen { turn.sendOwn(.raw, line) }
    isOpen = true
  }

  private mutating func pass(_ chunk: FaultChunk, _ turn: inout FaultTurn) {
    if var head = chunk.answerHead {
      head.prepareForEditing()
      isChunked = head.mayHaveBody && head.framing == .chunked
      turn.send(chunk.with(head))
      if isChunked, struckEarly { open(&turn) }
    } else if chunk.kind == .body, isOpen {
      isOpen = false
      var raw = chunk
      raw.kind = .raw
      turn.send(raw)
      turn.sendOwn(.raw, [.cr, .lf])
    } else {
      turn.send(chunk)
    }
  }
}
