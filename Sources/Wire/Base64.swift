/// Base64 with padding (RFC 4648 section 4).
package enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let pad = UInt8(ascii: "=")

  /// The two characters of each twelve bits, in the order of memory.
  private static let pairs: [UInt16] = (0..<4_096).map { bits in
    (UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8).littleEndian
  }

  /// Appends the text of the bytes. Whole bodies are written so while a run measures, so the loop has
  /// neither checks nor growth: room for four characters of every three bytes is made before.
  package static func encode(_ bytes: Span<UInt8>, into result: inout [UInt8]) {
    let whole = bytes.count / 3
    result.append(addingCapacity: (bytes.count + 2) / 3 * 4) { text in
      unsafe text.withUnsafeMutableBufferPointer { text, count in
        let text = UnsafeMutableRawBufferPointer(text)
        unsafe bytes.withUnsafeBufferPointer { bytes in
          unsafe pairs.withUnsafeBufferPointer { pairs in
            for index in 0..<whole {
              let group =
                unsafe UInt32(bytes[index &* 3]) << 16
                | UInt32(bytes[index &* 3 &+ 1]) << 8 | UInt32(bytes[index &* 3 &+ 2])
              let place = index &* 4
              unsafe text.storeBytes(
                of: pairs[Int(group >> 12)], toByteOffset: place, as: UInt16.self)
              unsafe text.storeBytes(
                of: pairs[Int(group & 4_095)], toByteOffset: place &+ 2, as: UInt16.self)
            }
          }
        }
        count = whole &* 4
      }
      let left = bytes.count - whole * 3
      guard left > 0 else { return }
      let second = left > 1 ? bytes[whole * 3 + 1] : 0
      let group = UInt32(bytes[whole * 3]) << 16 | UInt32(second) << 8
      text.append(alphabet[Int(group >> 18)])
      text.append(alphabet[Int(group >> 12 & 63)])
      text.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : pad)
      text.append(pad)
    }
  }

  /// The bytes, or nil where the text is not this encoding to the letter.
  package static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    let padding = text.suffix(2).count { $0 == pad }
    if padding == 2, text[text.count - 2] != pad { return nil }
    if padding == 1, text[text.count - 1] != pad { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    for (index, character) in text.dropLast(padding).enumerated() {
      guard let value = value(of: character) else { return nil }
      group = group << 6 | UInt32(value)
      if index % 4 == 3 { append(group, 3, to: &result) }
    }
    switch padding {
    case 1: append(group << 6, 2, to: &result)
    case 2: append(group << 12, 1, to: &result)
    default: break
    }
    return result
  }

  private static func append(_ group: UInt32, _ count: Int, to result: inout [UInt8]) {
    for place in 0..<count { result.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * place))) }
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case 0x41...0x5A: character - 0x41
    case 0x61...0x7A: character - 0x61 + 26
    case 0x30...0x39: character - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
