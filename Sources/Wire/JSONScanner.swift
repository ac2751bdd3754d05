import Core

extension JSONValue {
  /// Parses one JSON document: RFC 8259 to the letter, ill-formed UTF-8 and anything after the
  /// document refused, at most `Limits.jsonDepth` levels. A lone surrogate escape is U+FFFD.
  /// - Parameter first: takes the first document and does not look at what follows it.
  package static func parse(_ bytes: some Collection<UInt8>, first: Bool = false)
    throws(JSONError) -> JSONValue
  {
    try bytes.withSpan { span -> Result<JSONValue, JSONError> in
      do throws(JSONError) {
        var scanner = JSONScanner(first: first)
        return .success(try scanner.document(span))
      } catch {
        return .failure(error)
      }
    }.get()
  }
}

/// Reads one document with a stack of its own, so that no input can exhaust the thread's.
struct JSONScanner {
  /// An array or object that is not closed yet.
  private struct Frame {
    var isObject: Bool
    var values: [JSONValue] = []
    var members: [JSONValue.Member] = []
    var key: [UInt8] = []
  }

  private var at = 0
  private var stack: [Frame] = []
  private let first: Bool

  init(first: Bool = false) { self.first = first }

  mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
    while true {
      guard var value = try begin(bytes) else { continue }
      while true {
        skipBlanks(bytes)
        guard !stack.isEmpty else {
          guard first || at == bytes.count else { throw error("something follows the document") }
          return value
        }
        guard let closed = try attach(value, bytes) else { break }
        value = closed
      }
    }
  }

  /// Reads a value, or opens an array or object that has something in it and returns nil.
  private mutating func begin(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue? {
    skipBlanks(bytes)
    guard at < bytes.count else { throw error("the document ends where a value should be") }
    switch bytes[at] {
    case UInt8(ascii: "\""): return .string(try string(bytes))
    case UInt8(ascii: "{"):
      try open(isObject: true)
      skipBlanks(bytes)
      if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
        at += 1
        stack.removeLast()
        return .object([])
      }
      try key(bytes)
      return nil
    case UInt8(ascii: "["):
      try open(isObject: false)
      skipBlanks(bytes)
      if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
        at += 1
        stack.removeLast()
        return .array([])
      }
      return nil
    case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
    case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
    case UInt8(ascii: "n"): return try word("null", .null, bytes)
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number(bytes))
    default: throw error("no value begins like this")
    }
  }

  /// Puts a finished value into the innermost open one; returns that one if it closes here.
  private mutating func attach(
    _ value: JSONValue, _ bytes: Span<UInt8>
  ) throws(JSONError) -> JSONValue? {
    let top = stack.count - 1
    let isObject = stack[top].isObject
    if isObject {
      stack[top].members.append(JSONValue.Member(key: stack[top].key, value: value))
    } else {
      stack[top].values.append(value)
    }
    guard at < bytes.count else { throw error("the document ends inside an array or object") }
    switch bytes[at] {
    case UInt8(ascii: ","):
      at += 1
      if isObject {
        skipBlanks(bytes)
        try key(bytes)
      }
      return nil
    case UInt8(ascii: "}") where isObject:
      at += 1
      return .object(stack.removeLast().members)
    case UInt8(ascii: "]") where !isObject:
      at += 1
      return .array(stack.removeLast().values)
    default: throw error(isObject ? "expected , or }" : "expected , or ]")
    }
  }

  private mutating func open(isObject: Bool) throws(JSONError) {
    guard stack.count < Limits.jsonDepth else {
      throw error("nested deeper than \(Limits.jsonDepth) levels")
    }
    stack.append(Frame(isObject: isObject))
    at += 1
  }

  /// Reads a key and its colon.
  private mutating func key(_ bytes: Span<UInt8>) throws(JSONError) {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw error("expected a key") }
    stack[stack.count - 1].key = try string(bytes)
    skipBlanks(bytes)
    guard at < bytes.count, bytes[at] == .colon else { throw error("expected a colon") }
    at += 1
  }

  private mutating func word(
    _ text: String, _ value: JSONValue, _ bytes: Span<UInt8>
  ) throws(JSONError) -> JSONValue {
    for byte in text.utf8 {
      guard at < bytes.count, bytes[at] == byte else { throw error("expected \(text)") }
      at += 1
    }
    return value
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: "0") {
      at += 1
    } else {
      try digits(bytes)
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try digits(bytes)
    }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
        at += 1
      }
      try digits(bytes)
    }
    return bytes.extracting(start..<at).text
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
    guard at < bytes.count, bytes[at].isDigit else { throw error("expected a digit") }
    while at < bytes.count, bytes[at].isDigit { at += 1 }
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>) {
    while at < bytes.count {
      let byte = bytes[at]
      guard byte.isBlank || byte == .lf || byte == .cr else { return }
      at += 1
    }
  }

  private func error(_ message: String) -> JSONError { JSONError(offset: at, message: message) }
}

extension JSONScanner {
  /// Reads a string from its opening quote to past its closing one, escapes resolved.
  private mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> [UInt8] {
    at += 1
    var result: [UInt8] = []
    var plain = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        result.append(bytes.extracting(plain..<at))
        at += 1
        return result
      }
      if byte == UInt8(ascii: "\\") {
        result.append(bytes.extracting(plain..<at))
        try escape(bytes, into: &result)
        plain = at
      } else if byte < .space {
        throw error("control character in a string")
      } else if byte < 0x80 {
        at += 1
      } else {
        guard let length = UTF8Sequence.length(bytes, at: at) else {
          throw error("ill-formed UTF-8")
        }
        at += length
      }
    }
    throw error("the document ends inside a string")
  }

  private mutating func escape(
    _ bytes: Span<UInt8>, into result: inout [UInt8]
  ) throws(JSONError) {
    guard at + 1 < bytes.count else { throw error("the document ends inside a string") }
    let byte: UInt8
    switch bytes[at + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = bytes[at + 1]
    case UInt8(ascii: "n"): byte = .lf
    case UInt8(ascii: "r"): byte = .cr
    case UInt8(ascii: "t"): byte = .tab
    case UInt8(ascii: "b"): byte = 0x08
    case UInt8(ascii: "f"): byte = 0x0C
    case UInt8(ascii: "u"): return try unicodeEscape(bytes, into: &result)
    default: throw error("unknown escape")
    }
    result.append(byte)
    at += 2
  }

  private mutating func unicodeEscape(
    _ bytes: Span<UInt8>, into result: inout [UInt8]
  ) throws(JSONError) {
    guard let unit = hexUnit(bytes, at: at) else {
      throw error("expected four hexadecimal digits")
    }
    at += 6
    var scalar = unit
    if unit & 0xFC00 == 0xD800, let low = hexUnit(bytes, at: at), low & 0xFC00 == 0xDC00 {
      scalar = 0x1_0000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
      at += 6
    }
    UTF8Sequence.append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &result)
  }

  /// The code unit of an escape `\uXXXX` at that place, if there is one.
  private func hexUnit(_ bytes: Span<UInt8>, at start: Int) -> UInt32? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt32 = 0
    for index in (start + 2)..<(start + 6) {
      guard let digit = bytes[index].hexValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}

/// Well-formed UTF-8 (RFC 3629), a sequence at a time.
enum UTF8Sequence {
  /// The length of the well-formed sequence that begins there, or nil.
  static func length(_ bytes: Span<UInt8>, at start: Int) -> Int? {
    let lead = bytes[start]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: return nil
    }
    guard start + length <= bytes.count, second.contains(bytes[start + 1]) else { return nil }
    for index in (start + 2)..<(start + length) where bytes[index] & 0xC0 != 0x80 { return nil }
    return length
  }

  static func isWellFormed(_ bytes: Span<UInt8>) -> Bool {
    var position = 0
    while position < bytes.count {
      if bytes[position] < 0x80 {
        position += 1
      } else if let length = length(bytes, at: position) {
        position += length
      } else {
        return false
      }
    }
    return true
  }

  static func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { result.append(byte) }
  }
}
