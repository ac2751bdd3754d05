/// A place in one message (an answer, or a request), counted in what its sender sent.
package enum Position: Hashable, Sendable {
  /// After the last byte of the N-th event that carries data; the first is 1, comments do not count.
  case event(Int)
  /// After N bytes of the message (head and framing included); 0 is before the first.
  case byte(Int)
  /// This long after the first byte of the message; for a client that leaves: after its request.
  case time(Nanoseconds)
  /// After the last byte of the first occurrence of this text in the body.
  case match([UInt8])
  /// After every N-th event that carries data.
  case every(Int)
  /// After the first event that carries visible output.
  case firstToken
  /// Before the first byte of the message.
  case beforeHeaders
  /// So many bytes into the N-th event that carries data.
  case insideEvent(Int, bytes: Int)
  /// After the first byte of the N-th UTF-8 sequence of more than one byte in the body.
  case insideCharacter(Int)
  /// After the first byte of the line that opens the N-th chunk (RFC 9112 section 7.1).
  case insideChunkHeader(Int)
  /// Before the zero chunk that ends a chunked body.
  case beforeLastChunk
}

extension Position {
  /// Whether it is found by counting or reading server-sent events.
  package var needsEvents: Bool {
    switch self {
    case .event, .every, .firstToken, .insideEvent: true
    default: false
    }
  }
}

extension Position: CustomStringConvertible {
  package var description: String {
    switch self {
    case .event(let number): "event(\(number))"
    case .byte(let number): "byte(\(number))"
    case .time(let offset): "time(\(offset))"
    case .match(let text): "match(\"\(String(decoding: text, as: UTF8.self))\")"
    case .every(let number): "every(\(number))"
    case .firstToken: "first-token"
    case .beforeHeaders: "before-headers"
    case .insideEvent(let number, let bytes): "inside-event(\(number), \(bytes))"
    case .insideCharacter(let number): "inside-character(\(number))"
    case .insideChunkHeader(let number): "inside-chunk-header(\(number))"
    case .beforeLastChunk: "before-last-chunk"
    }
  }
}
