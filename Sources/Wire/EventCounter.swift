/// Finds where the events with data of an event stream end, a byte at a time and keeping none.
///
/// The rules are those of `SSEParser`, for a proxy that forwards the bytes and only counts. Where
/// the lines of a stream end in CR LF, an event ends past the LF of its empty line, so that a fault
/// after it leaves a client the whole of it.
package struct EventCounter: Sendable {
  private enum Line {
    /// So many bytes of a byte order mark, at the very start only.
    case mark(Int)
    case start
    /// So many bytes of `data`; 4 is the whole name.
    case name(Int)
    case rest
  }

  private var line = Line.mark(0)
  private var hasData = false
  private var afterCR = false
  private var usesCRLF = false
  /// The empty line that ends an event has its CR; the LF is expected.
  private var awaitsLF = false
  package private(set) var count = 0

  /// What the next byte means for the count.
  enum Step {
    case none
    /// An event ended with this byte.
    case endsHere
    /// An event had ended with the byte before.
    case endedBefore
  }

  package init() {}

  /// Counts what ends in this run of bytes.
  mutating func feed(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var position = range.lowerBound
    while next(in: bytes, at: &position, to: range.upperBound) != nil {}
  }

  /// Counts what ends in these bytes.
  package mutating func feed(_ bytes: Span<UInt8>) { feed(bytes, 0..<bytes.count) }

  /// The position just past the next byte at which an event ends, from `position` on, or nil if the
  /// bytes up to `end` end none. `position` is then just past the last byte taken.
  mutating func next(in bytes: Span<UInt8>, at position: inout Int, to end: Int) -> Int? {
    while position < end {
      if case .rest = line {
        position = bytes.lineEnd(position..<end)
        if position == end { return nil }
      }
      let step = take(bytes[position])
      position += 1
      switch step {
      case .none: continue
      case .endsHere: return position
      case .endedBefore: return position - 1
      }
    }
    return nil
  }

  /// Whether the body's end completes an event whose LF never came.
  mutating func finish() -> Bool {
    guard awaitsLF else { return false }
    awaitsLF = false
    count += 1
    return true
  }

  private mutating func take(_ byte: UInt8) -> Step {
    if afterCR {
      afterCR = false
      usesCRLF = byte == .lf
      if awaitsLF {
        awaitsLF = false
        count += 1
        if byte == .lf { return .endsHere }
        advance(byte)
        return .endedBefore
      }
      if byte == .lf { return .none }
    }
    guard byte == .lf || byte == .cr else {
      advance(byte)
      return .none
    }
    afterCR = byte == .cr
    return endLine()
  }

  private mutating func endLine() -> Step {
    defer { line = .start }
    switch line {
    case .name(4): hasData = true
    case .start, .mark(0), .mark(3):
      guard hasData else { return .none }
      hasData = false
      if afterCR && usesCRLF {
        awaitsLF = true
        return .none
      }
      count += 1
      return .endsHere
    default: break
    }
    return .none
  }

  /// A byte that ends no line.
  private mutating func advance(_ byte: UInt8) {
    let mark: [3 of UInt8] = [0xEF, 0xBB, 0xBF]
    let name: [4 of UInt8] = [0x64, 0x61, 0x74, 0x61]
    switch line {
    case .mark(let matched):
      if matched < 3, byte == mark[matched] {
        line = .mark(matched + 1)
      } else if matched == 0 || matched == 3 {
        line = byte == name[0] ? .name(1) : .rest
      } else {
        line = .rest
      }
    case .start: line = byte == name[0] ? .name(1) : .rest
    case .name(4):
      if byte == .colon { hasData = true }
      line = .rest
    case .name(let matched): line = byte == name[matched] ? .name(matched + 1) : .rest
    case .rest: break
    }
  }
}
