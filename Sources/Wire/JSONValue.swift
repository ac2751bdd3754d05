/// A JSON document (RFC 8259) over UTF-8 bytes, with members in order and numbers as written, so
/// that what a relay changed can be seen.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// The number's own text.
  case number(String)
  /// The string's UTF-8 bytes with escapes resolved.
  case string([UInt8])
  case array([JSONValue])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package var key: [UInt8]
    package var value: JSONValue

    package init(key: [UInt8], value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The last member of that name, or nil if there is none or this is no object.
  package subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key.elementsEqual(key.utf8) }?.value
  }

  package var string: String? {
    guard case .string(let bytes) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
  package var bytes: [UInt8]? {
    guard case .string(let bytes) = self else { return nil }
    return bytes
  }
  package var int: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }
  package var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }
  package var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }
  package var isNull: Bool { self == .null }
}

/// Why bytes are not JSON, and where.
package struct JSONError: Error, Hashable, Sendable {
  package var offset: Int
  package var message: String

  package init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }
}
