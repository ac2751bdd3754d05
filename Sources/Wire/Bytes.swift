extension Collection where Element == UInt8 {
  /// Hands the bytes over as one span, so that each parser is written once and copies nothing; only
  /// a collection without contiguous storage is copied.
  func withSpan<R>(_ body: (Span<UInt8>) -> R) -> R {
    if let result = withContiguousStorageIfAvailable({ unsafe body($0.span) }) { return result }
    return body(Array(self).span)
  }
}

extension Array where Element == UInt8 {
  /// Appends with one copy: the standard library has no such call for a span yet.
  mutating func append(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  init(_ span: Span<UInt8>) {
    self = []
    append(span)
  }
}

extension Span where Element == UInt8 {
  /// The bytes as UTF-8, ill-formed sequences replaced by U+FFFD.
  var text: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  func equals(_ text: String) -> Bool {
    guard count == text.utf8.count else { return false }
    var index = 0
    for byte in text.utf8 {
      if self[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// Whether the other's bytes stand at that place: eight at a time, since that is asked of every
  /// chunk.
  func holds(_ other: Span<UInt8>, at place: Int) -> Bool {
    guard place >= 0, other.count <= count - place else { return false }
    let (mine, theirs) = unsafe (bytes, other.bytes)
    var index = 0
    while index + 8 <= other.count {
      let (left, right) = unsafe (
        mine.unsafeLoadUnaligned(fromUncheckedByteOffset: place + index, as: UInt64.self),
        theirs.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
      )
      guard left == right else { return false }
      index += 8
    }
    while index < other.count {
      guard self[place + index] == other[index] else { return false }
      index += 1
    }
    return true
  }

  /// The range without spaces and tabs at both ends (OWS of RFC 9110 section 5.6.3).
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, self[low].isBlank { low += 1 }
    while high > low, self[high - 1].isBlank { high -= 1 }
    return low..<high
  }

  /// The first LF or CR in the range, or its end: eight bytes at a time, since most bytes of an
  /// event stream are neither.
  func lineEnd(_ range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let raw = unsafe bytes
    var position = range.lowerBound
    while position + 8 <= range.upperBound {
      let word = unsafe UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self))
      let hits = word.places(of: .lf) | word.places(of: .cr)
      if hits != 0 { return position + hits.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < range.upperBound, self[position] != .lf, self[position] != .cr {
      position += 1
    }
    return position
  }

  /// The first such byte at or behind `start`, by eight at a time.
  func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    precondition(start >= 0)
    let raw = unsafe bytes
    var index = start
    while index + 8 <= count {
      let word = unsafe UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
      let hits = word.places(of: byte)
      if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }
}

extension UInt64 {
  /// The highest bit of each of the eight bytes that is that one; the lowest of them is always a
  /// true one, above it may be false ones, since a byte that is zero borrows from the next.
  fileprivate func places(of byte: UInt8) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let others = self ^ (ones &* UInt64(byte))
    return (others &- ones) & ~others & (ones &* 0x80)
  }
}

extension UInt8 {
  static let tab: UInt8 = 0x09
  static let lf: UInt8 = 0x0A
  static let cr: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let colon: UInt8 = 0x3A

  var isBlank: Bool { self == .space || self == .tab }
  var isDigit: Bool { self &- 0x30 < 10 }
  var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// A lower-case ASCII letter for an upper-case one, every other byte as it is.
  var lowered: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  var hexValue: UInt8? {
    if isDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }

  /// A character of a token (RFC 9110 section 5.6.2).
  var isTokenCharacter: Bool {
    if isDigit || isLetter { return true }
    switch self {
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: return true
    default: return false
    }
  }
}
