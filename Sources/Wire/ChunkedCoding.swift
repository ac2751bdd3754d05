import Core

/// Writes the chunked transfer coding (RFC 9112 section 7.1).
package enum ChunkedCoding {
  /// The zero chunk that ends a body, without trailers.
  package static let last = Array("0\r\n\r\n".utf8)

  /// The payload as one chunk; nothing for an empty one, which would end the body.
  package static func frame(_ payload: some Collection<UInt8>) -> [UInt8] {
    guard !payload.isEmpty else { return [] }
    let size = String(payload.count, radix: 16)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count + size.utf8.count + 4)
    bytes += size.utf8
    bytes += [.cr, .lf]
    bytes += payload
    bytes += [.cr, .lf]
    return bytes
  }
}

/// Why bytes are not the chunked coding, and at which byte of the coded body.
package struct ChunkedError: Error, Hashable, Sendable {
  package var offset: Int
  package var message: String

  package init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }
}

/// Removes the chunked transfer coding as it comes (RFC 9112 section 7.1).
///
/// Strict where two readers could disagree about where a body ends: sizes are hex digits and
/// nothing else, every line ends in CR LF. Extensions and trailers are checked and dropped. Blanks
/// after a size are accepted: servers of old pad it.
package struct ChunkedDecoder: Sendable {
  /// Payload found in a feed. Decoded byte `decodedStart + k` is raw byte `rawStart + k`.
  package struct Piece: Hashable, Sendable {
    /// Positions in what was fed, counted from its first byte.
    package var range: Range<Int>
    /// Offset in the coded body of the piece's first byte.
    package var rawStart: Int
    /// Offset of the same byte in the decoded body.
    package var decodedStart: Int

    package init(range: Range<Int>, rawStart: Int, decodedStart: Int) {
      self.range = range
      self.rawStart = rawStart
      self.decodedStart = decodedStart
    }
  }

  private enum State {
    case size, blanks, extensions, sizeLF
    case data(left: Int), dataCR, dataLF
    case trailerStart, trailerName, trailerValue, trailerLF, lastLF
    case complete
    /// Where and why; a text of its own would have to be counted with each copy of the decoder.
    case failed(offset: Int, why: StaticString)
  }

  private var state = State.size
  private var size = 0
  private var digits = 0
  private var lineBytes = 0
  private var trailerBytes = 0

  /// Coded bytes consumed so far; once complete, the length of the coded body.
  package private(set) var rawCount = 0
  /// Payload bytes found so far.
  package private(set) var decodedCount = 0

  package init() {}

  /// Whether the body has ended, with its zero chunk and trailers.
  package var isComplete: Bool {
    if case .complete = state { return true }
    return false
  }

  /// Whether more bytes are to come, and nothing is wrong so far.
  var isOpen: Bool {
    switch state {
    case .complete, .failed: false
    default: true
    }
  }

  /// Why the coding is broken; nothing is decoded after that.
  package var failure: ChunkedError? {
    guard case .failed(let offset, let why) = state else { return nil }
    return ChunkedError(offset: offset, message: "\(why)")
  }

  /// Takes the next coded bytes and returns the payload in them. Bytes after the end of the body
  /// are left alone: `rawCount` tells how many were taken.
  package mutating func feed(_ bytes: some Collection<UInt8>) -> [Piece] {
    bytes.withSpan { span in
      var pieces: [Piece] = []
      var position = 0
      while let piece = next(in: span, at: &position) { pieces.append(piece) }
      return pieces
    }
  }

  /// The next run of payload at or after `position`, or nil when the bytes are used up, the body is
  /// complete or broken; `position` is then just past the last byte taken. Allocates nothing.
  package mutating func next(in bytes: Span<UInt8>, at position: inout Int) -> Piece? {
    while position < bytes.count {
      switch state {
      case .complete, .failed: return nil
      case .data(let left):
        let taken = min(left, bytes.count - position)
        let piece = Piece(
          range: position..<(position + taken), rawStart: rawCount, decodedStart: decodedCount)
        state = taken == left ? .dataCR : .data(left: left - taken)
        position += taken
        rawCount += taken
        decodedCount += taken
        return piece
      default:
        take(bytes[position])
        if case .failed = state { return nil }
        position += 1
        rawCount += 1
      }
    }
    return nil
  }

  private mutating func fail(_ why: StaticString) {
    state = .failed(offset: rawCount, why: why)
  }

  /// One byte of framing.
  private mutating func take(_ byte: UInt8) {
    switch state {
    case .size, .blanks, .extensions: takeSizeLine(byte)
    case .sizeLF:
      guard byte == .lf else { return fail("CR without LF in a chunk-size line") }
      state = size == 0 ? .trailerStart : .data(left: size)
      size = 0
      digits = 0
      lineBytes = 0
    case .dataCR:
      guard byte == .cr else { return fail("no CR LF after the data of a chunk") }
      state = .dataLF
    case .dataLF:
      guard byte == .lf else { return fail("no CR LF after the data of a chunk") }
      state = .size
    case .trailerStart, .trailerName, .trailerValue, .trailerLF, .lastLF: takeTrailer(byte)
    case .data, .complete, .failed: break
    }
  }

  private mutating func takeSizeLine(_ byte: UInt8) {
    lineBytes += 1
    guard lineBytes <= Limits.chunkLineBytes else { return fail("chunk-size line too long") }
    if case .size = state, let digit = byte.hexValue {
      guard size <= Int.max >> 4 else { return fail("chunk size too large") }
      size = size << 4 | Int(digit)
      digits += 1
      return
    }
    guard digits > 0 else { return fail("chunk size is not a hexadecimal number") }
    if byte == .cr {
      state = .sizeLF
    } else if case .extensions = state {
      if byte < .space && byte != .tab || byte == 0x7F {
        fail("control character in a chunk extension")
      }
    } else if byte == UInt8(ascii: ";") {
      state = .extensions
    } else if byte.isBlank {
      state = .blanks
    } else {
      fail("chunk size is not a hexadecimal number")
    }
  }

  private mutating func takeTrailer(_ byte: UInt8) {
    trailerBytes += 1
    guard trailerBytes <= Limits.requestHeadBytes else { return fail("trailers too long") }
    switch state {
    case .trailerStart where byte == .cr: state = .lastLF
    case .trailerStart where byte.isTokenCharacter: state = .trailerName
    case .trailerName where byte == .colon: state = .trailerValue
    case .trailerName where byte.isTokenCharacter: break
    case .trailerValue where byte == .cr: state = .trailerLF
    case .trailerValue where byte >= .space && byte != 0x7F || byte == .tab: break
    case .trailerLF where byte == .lf: state = .trailerStart
    case .lastLF where byte == .lf: state = .complete
    default: fail("a trailer is not a field line")
    }
  }
}
