package import Core

/// Puts messages that were taken apart together again: the last step behind all faults.
///
/// How a body is framed is read from the head that passed, so that a fault changes the framing by
/// editing the head. It holds nothing back.
package struct MessageFramer: Sendable {
  private let direction: FaultDirection
  /// That of the head that passed in this message; nil if none did.
  private var framing: BodyFraming?
  private var isToHEAD = false
  private var dropsBody = false

  package init(_ direction: FaultDirection) { self.direction = direction }

  /// A message begins.
  /// - Parameter toHEAD: it answers a HEAD, so that no body follows whatever its head says.
  package mutating func start(toHEAD: Bool = false) {
    framing = nil
    isToHEAD = toHEAD
    dropsBody = false
  }

  /// The chunk as it goes onto the wire. Raw ones pass as they are, and so does a body without a
  /// head: whoever wrote the beginning raw has framed it, too.
  package mutating func frame(_ chunk: FaultChunk) -> ArraySlice<UInt8> {
    switch chunk.kind {
    case .raw: return chunk.bytes
    case .head:
      readHead(chunk.bytes)
      return chunk.bytes
    case .body:
      if dropsBody { return [] }
      return framing == .chunked ? ChunkedCoding.frame(chunk.bytes)[...] : chunk.bytes
    }
  }

  /// The message is complete: what ends it on the wire, and whether only the close of the connection
  /// tells its receiver so.
  package mutating func end() -> (bytes: [UInt8], mustClose: Bool) {
    defer { start() }
    guard let framing, !dropsBody else { return ([], false) }
    return (
      framing == .chunked ? ChunkedCoding.last : [],
      framing == .untilClose && direction == .downstream
    )
  }

  private mutating func readHead(_ bytes: ArraySlice<UInt8>) {
    guard let head = MessageHead(bytes) else { return }
    // An interim response comes before the head of the message (RFC 9110 section 15.2).
    if let status = head.status, status < 200 { return }
    framing = head.framing
    dropsBody = isToHEAD || !head.mayHaveBody
  }
}
