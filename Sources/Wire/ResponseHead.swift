/// What a response's head says about the body after it (RFC 9112 section 6.3).
///
/// Lenient where it costs nothing: the bytes are forwarded whatever we make of them.
struct ResponseHead {
  enum Framing { case none, length(Int), chunked, untilClose }

  var status: Int
  var framing: Framing
  /// Whether the body is an event stream that can be read without undoing a content coding.
  var isEventStream: Bool

  /// Parses a head up to and including its empty line, or gives nil if it is none.
  static func parse(_ bytes: Span<UInt8>, toHEAD: Bool) -> ResponseHead? {
    var position = 0
    guard let status = status(bytes.extracting(line(bytes, at: &position))) else { return nil }
    var head = ResponseHead(status: status, framing: .untilClose, isEventStream: false)
    var isChunked: Bool?
    var length: Int?
    var isCoded = false
    while true {
      let range = line(bytes, at: &position)
      if range.isEmpty { break }
      let text = bytes.extracting(range)
      guard let colon = text.firstIndex(of: .colon) else { continue }
      let name = text.extracting(0..<colon)
      let value = text.extracting(text.trimmed((colon + 1)..<text.count))
      if equals(name, "content-length") {
        guard let count = number(value), length == nil || length == count else { return nil }
        length = count
      } else if equals(name, "transfer-encoding") {
        isChunked = equals(last(of: value), "chunked")
        isCoded = isCoded || !equals(value, "chunked")
      } else if equals(name, "content-type") {
        head.isEventStream = isEventStream(value)
      } else if equals(name, "content-encoding") {
        isCoded = isCoded || !equals(value, "identity") && value.count > 0
      }
    }
    head.isEventStream = head.isEventStream && !isCoded
    if toHEAD || status < 200 || status == 204 || status == 304 {
      head.framing = .none
    } else if let isChunked {
      head.framing = isChunked ? .chunked : .untilClose
    } else if let length {
      head.framing = length == 0 ? .none : .length(length)
    }
    return head
  }

  /// The range of the next line, without its LF or CR LF.
  private static func line(_ bytes: Span<UInt8>, at position: inout Int) -> Range<Int> {
    let start = position
    while position < bytes.count, bytes[position] != .lf { position += 1 }
    var end = position
    if end > start, bytes[end - 1] == .cr { end -= 1 }
    position = min(position + 1, bytes.count)
    return start..<end
  }

  static func status(_ line: Span<UInt8>) -> Int? {
    guard line.count >= 12, line.extracting(0..<7).equals("HTTP/1."), line[7].isDigit,
      line[8] == .space, line.count == 12 || line[12] == .space,
      let status = number(line.extracting(9..<12)), status >= 100
    else { return nil }
    return status
  }

  /// Digits and nothing else, nil if there are none or too many.
  static func number(_ text: Span<UInt8>) -> Int? {
    guard text.count > 0, text.count < 19 else { return nil }
    var value = 0
    for index in 0..<text.count {
      guard text[index].isDigit else { return nil }
      value = value * 10 + Int(text[index] & 0x0F)
    }
    return value
  }

  /// Whether the text is that lower-case text but for the case of ASCII letters.
  private static func equals(_ text: Span<UInt8>, _ other: String) -> Bool {
    guard text.count == other.utf8.count else { return false }
    var index = 0
    for byte in other.utf8 {
      if text[index].lowered != byte { return false }
      index += 1
    }
    return true
  }

  static func equals(_ text: [UInt8], _ other: String) -> Bool {
    equals(text.span, other)
  }

  /// The last element of a comma-separated list.
  static func last(of value: Span<UInt8>) -> [UInt8] {
    var start = value.count
    while start > 0, value[start - 1] != UInt8(ascii: ",") { start -= 1 }
    return Array(value.extracting(value.trimmed(start..<value.count)))
  }

  private static func isEventStream(_ value: Span<UInt8>) -> Bool {
    let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
    return equals(value.extracting(value.trimmed(0..<end)), "text/event-stream")
  }
}
