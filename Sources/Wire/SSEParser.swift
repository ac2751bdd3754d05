import Core

/// Reads an event stream as a browser would: WHATWG HTML, 9.2.5 and 9.2.6, over bytes.
///
/// Bytes stay as they came (no repair of ill-formed UTF-8), so that checks see what a relay broke.
/// The byte order mark of a stream belongs to no block. A line that ends in CR has ended there: a LF
/// right after it belongs to no block, so that an event never waits for a byte that may not come and
/// the result does not depend on how the stream was cut.
package struct SSEParser: Sendable {
  /// Something complete: an event, or a line that is reported by itself.
  package struct Block: Hashable, Sendable {
    package var kind: Kind
    /// Offset in the body of the first byte.
    package var start: Int
    /// Just past the line end that completed it (past the CR where CR LF ends it).
    package var end: Int

    package init(kind: Kind, start: Int, end: Int) {
      self.kind = kind
      self.start = start
      self.end = end
    }
  }
  package typealias Item = Block

  package enum Kind: Hashable, Sendable {
    /// `type` is `message` if the block named none; `id` is the last one seen in the stream.
    case event(type: [UInt8], data: [UInt8], id: [UInt8])
    /// A comment line, also inside a block: everything after its colon.
    case comment([UInt8])
    /// A block without data (only `event:`, `id:`, `retry:` or unknown fields), which fires nothing.
    case nothing
    /// A line that nobody would write as a field (raw JSON, HTML), or the beginning of one beyond
    /// the limit, also inside a block. A browser ignores it.
    case garbageLine([UInt8])
  }

  private enum Mark { case expected(Int), over }

  /// What a block without `event:` is called.
  private static let message = Array("message".utf8)

  private let lineLimit: Int
  private var offset = 0
  private var mark = Mark.expected(0)
  private var skipsLF = false
  /// The unfinished line, and where it began.
  private var line: [UInt8] = []
  private var lineStart = 0
  private var lineIsTooLong = false
  /// The unfinished block.
  private var blockStart: Int?
  private var type: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var id: [UInt8] = []
  private var items: [Item] = []

  /// The last reconnection time in milliseconds that the stream asked for.
  package private(set) var retry: Int?
  /// Where the first line began that exceeded the limit, or took the data of its block beyond it.
  /// Such a line counts as garbage: what follows is still read.
  package private(set) var tooLongFrom: Int?

  package init(lineLimit: Int = Limits.lineBytes) { self.lineLimit = lineLimit }

  /// Offset of the first byte of an unfinished block or line, nil if there is none. What is pending
  /// when the body ends is no event.
  package var pendingFrom: Int? {
    if let blockStart { return blockStart }
    if case .expected(let matched) = mark, matched > 0 { return lineStart }
    return line.isEmpty && !lineIsTooLong ? nil : lineStart
  }

  /// Takes the next bytes of the body and returns what they completed.
  package mutating func feed(_ bytes: some Collection<UInt8>) -> [Item] {
    bytes.withSpan { feed($0) }
  }

  package mutating func feed(_ bytes: Span<UInt8>) -> [Item] {
    var position = 0
    if case .expected = mark { position = matchMark(bytes) }
    while position < bytes.count {
      if skipsLF {
        skipsLF = false
        if bytes[position] == .lf {
          position += 1
          continue
        }
      }
      let end = bytes.lineEnd(position..<bytes.count)
      let piece = bytes.extracting(position..<end)
      if end == bytes.count {
        keep(piece, from: offset + position)
        break
      }
      endLine(piece, from: offset + position, end: offset + end + 1)
      skipsLF = bytes[end] == .cr
      position = end + 1
    }
    offset += bytes.count
    guard !items.isEmpty else { return [] }
    defer { items = [] }
    return items
  }

  /// Takes one byte order mark at the very start, which may come in pieces.
  private mutating func matchMark(_ bytes: Span<UInt8>) -> Int {
    let expected: [3 of UInt8] = [0xEF, 0xBB, 0xBF]
    guard case .expected(var matched) = mark else { return 0 }
    var position = 0
    while position < bytes.count, matched < 3 {
      guard bytes[position] == expected[matched] else {
        for index in 0..<matched { line.append(expected[index]) }
        mark = .over
        return position
      }
      matched += 1
      position += 1
    }
    mark = matched == 3 ? .over : .expected(matched)
    return position
  }

  /// Puts aside a piece of a line whose end has not come yet.
  private mutating func keep(_ piece: Span<UInt8>, from start: Int) {
    guard piece.count > 0 else { return }
    if line.isEmpty && !lineIsTooLong { lineStart = start }
    guard !lineIsTooLong else { return }
    guard line.count + piece.count <= lineLimit else { return cutLine(piece) }
    line.append(piece)
  }

  /// Drops all but the beginning of a line beyond the limit.
  private mutating func cutLine(_ piece: Span<UInt8>) {
    if tooLongFrom == nil { tooLongFrom = lineStart }
    lineIsTooLong = true
    let kept = min(Limits.errorTextBytes, lineLimit)
    if line.count < kept {
      line.append(piece.extracting(first: kept - line.count))
    } else {
      line = Array(line.prefix(kept))
    }
  }

  private mutating func endLine(_ piece: Span<UInt8>, from start: Int, end: Int) {
    if line.isEmpty && !lineIsTooLong && piece.count <= lineLimit {
      lineStart = start
      return take(piece, end: end)
    }
    keep(piece, from: start)
    var whole: [UInt8] = []
    swap(&whole, &line)
    if lineIsTooLong {
      lineIsTooLong = false
      items.append(Item(kind: .garbageLine(whole), start: lineStart, end: end))
    } else {
      take(whole.span, end: end)
      whole.removeAll(keepingCapacity: true)
      swap(&whole, &line)
    }
  }
}

extension SSEParser {
  /// Interprets one whole line, without its end.
  private mutating func take(_ text: Span<UInt8>, end: Int) {
    guard text.count > 0 else { return dispatch(end: end) }
    guard let colon = text.firstIndex(of: .colon) else {
      return takeField(text, value: text.extracting(last: 0), line: text, end: end)
    }
    if colon == 0 {
      let comment = Array(text.extracting(1..<text.count))
      items.append(Item(kind: .comment(comment), start: lineStart, end: end))
      return
    }
    var value = colon + 1
    if value < text.count, text[value] == .space { value += 1 }
    takeField(
      text.extracting(0..<colon), value: text.extracting(value..<text.count), line: text, end: end)
  }

  private mutating func takeField(
    _ name: Span<UInt8>, value: Span<UInt8>, line text: Span<UInt8>, end: Int
  ) {
    if name.equals("data") {
      guard data.count + value.count < lineLimit || !hasData else {
        if tooLongFrom == nil { tooLongFrom = lineStart }
        return garbage(text.extracting(first: Limits.errorTextBytes), end: end)
      }
      if hasData { data.append(.lf) }
      data.append(value)
      hasData = true
    } else if name.equals("event") {
      type = Array(value)
    } else if name.equals("id") {
      if value.firstIndex(of: 0) == nil { id = Array(value) }
    } else if name.equals("retry") {
      if let milliseconds = Self.digits(value) { retry = milliseconds }
    } else if name.count == text.count || !Self.isPlausible(name) {
      return garbage(text, end: end)
    }
    if blockStart == nil { blockStart = lineStart }
  }

  private mutating func garbage(_ text: Span<UInt8>, end: Int) {
    items.append(Item(kind: .garbageLine(Array(text)), start: lineStart, end: end))
  }

  private mutating func dispatch(end: Int) {
    guard let start = blockStart else { return }
    var kind = Kind.nothing
    if hasData { kind = .event(type: type.isEmpty ? Self.message : type, data: data, id: id) }
    items.append(Item(kind: kind, start: start, end: end))
    blockStart = nil
    type = []
    data = []
    hasData = false
  }

  /// The value of ASCII digits and nothing else; what no `Int` can hold is the largest one.
  private static func digits(_ text: Span<UInt8>) -> Int? {
    guard text.count > 0 else { return nil }
    var value = 0
    for index in 0..<text.count {
      guard text[index].isDigit else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(text[index] & 0x0F))
      value = overflow || carry ? .max : sum
    }
    return value
  }

  /// The grammar lets nearly every line pass as a field: only a name of letters, digits, `-`, `_`
  /// and `.` with a colon after it is taken for one.
  private static func isPlausible(_ name: Span<UInt8>) -> Bool {
    for index in 0..<name.count {
      let byte = name[index]
      guard byte.isLetter || byte.isDigit || byte == 0x2D || byte == 0x5F || byte == 0x2E
      else { return false }
    }
    return true
  }
}
