/// Text put together as bytes, because events are written at the rate of the streams: no JSON
/// document and no interpolated string stands between a token and its bytes.
extension [UInt8] {
  /// Appends the text as it is.
  mutating func put(_ text: String) {
    append(contentsOf: text.utf8)
  }

  /// Appends the text as a quoted JSON string (RFC 8259 section 7).
  mutating func putQuoted(_ text: String) {
    guard text.utf8.allSatisfy(Self.isPlain) else {
      append(contentsOf: JSONValue.escape(text))
      return
    }
    append(UInt8(ascii: "\""))
    append(contentsOf: text.utf8)
    append(UInt8(ascii: "\""))
  }

  mutating func put(_ number: Int) {
    put(String(number))
  }

  /// Appends 16 lower-case hex digits.
  mutating func putHex(_ value: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15
      append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Whether a byte of UTF-8 stands for itself inside a JSON string.
  static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }
}
