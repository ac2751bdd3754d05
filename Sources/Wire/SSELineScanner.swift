import Core

/// Says of each byte of an event stream what it is (WHATWG HTML section 9.2.5), for faults that
/// write the stream differently while it passes.
struct SSELineScanner: Sendable {
  enum Part: Hashable, Sendable {
    /// Of a byte order mark at the very start.
    case mark
    case name
    /// The first of the line, behind the name of a field.
    case colon
    /// The one space behind the colon that does not belong to the value.
    case space
    case value
    /// Of a line that begins with a colon.
    case comment
    /// LF, or CR with or without a LF behind it.
    case lineEnd
    /// The LF of CR LF.
    case lineFeed
  }

  private enum State { case mark(Int), start, name, afterColon, value, comment }

  private var state = State.mark(0)
  private var afterCR = false

  mutating func take(_ byte: UInt8) -> Part {
    let isLineFeed = afterCR && byte == .lf
    afterCR = byte == .cr
    if isLineFeed { return .lineFeed }
    if byte == .lf || byte == .cr {
      state = .start
      return .lineEnd
    }
    switch state {
    case .mark(let matched):
      if matched < ByteOrderMark.bytes.count, byte == ByteOrderMark.bytes[matched] {
        state = .mark(matched + 1)
        return .mark
      }
      return begin(byte)
    case .start: return begin(byte)
    case .name:
      guard byte == .colon else { return .name }
      state = .afterColon
      return .colon
    case .afterColon:
      state = .value
      return byte == .space ? .space : .value
    case .value: return .value
    case .comment: return .comment
    }
  }

  private mutating func begin(_ byte: UInt8) -> Part {
    state = byte == .colon ? .comment : .name
    return byte == .colon ? .comment : .name
  }
}

/// U+FEFF in UTF-8, which a reader of an event stream skips at its very start.
enum ByteOrderMark {
  static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
}
