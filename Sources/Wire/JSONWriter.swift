extension JSONValue {
  /// The document without blanks, members in order, numbers and string bytes as they are.
  package func serialized() -> [UInt8] {
    var result: [UInt8] = []
    write(into: &result)
    return result
  }

  /// The text as a JSON string, quotes included: quote, backslash and control characters escaped,
  /// everything else as it is (RFC 8259 section 7).
  package static func escape(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 2)
    quote(Array(text.utf8).span, into: &result)
    return result
  }

  private func write(into result: inout [UInt8]) {
    switch self {
    case .null: result += "null".utf8
    case .bool(let value): result += (value ? "true" : "false").utf8
    case .number(let text): result += text.utf8
    case .string(let bytes): Self.quote(bytes.span, into: &result)
    case .array(let values):
      result.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { result.append(UInt8(ascii: ",")) }
        value.write(into: &result)
      }
      result.append(UInt8(ascii: "]"))
    case .object(let members):
      result.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { result.append(UInt8(ascii: ",")) }
        Self.quote(member.key.span, into: &result)
        result.append(.colon)
        member.value.write(into: &result)
      }
      result.append(UInt8(ascii: "}"))
    }
  }

  /// The bytes as a JSON string, which must be UTF-8; runs that need no escape are copied whole.
  static func quote(_ bytes: Span<UInt8>, into result: inout [UInt8]) {
    result.append(UInt8(ascii: "\""))
    var plain = 0
    for index in 0..<bytes.count {
      let byte = bytes[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      result.append(bytes.extracting(plain..<index))
      escape(byte, into: &result)
      plain = index + 1
    }
    result.append(bytes.extracting(plain..<bytes.count))
    result.append(UInt8(ascii: "\""))
  }

  private static let hex = Array("0123456789abcdef".utf8)

  private static func escape(_ byte: UInt8, into result: inout [UInt8]) {
    result.append(UInt8(ascii: "\\"))
    switch byte {
    case .lf: result.append(UInt8(ascii: "n"))
    case .cr: result.append(UInt8(ascii: "r"))
    case .tab: result.append(UInt8(ascii: "t"))
    case 0x00..<0x20:
      result += "u00".utf8
      result.append(hex[Int(byte >> 4)])
      result.append(hex[Int(byte & 0x0F)])
    default: result.append(byte)
    }
  }
}
