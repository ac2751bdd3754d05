import Wire

/// The JSON of a request, read as Go's decoder reads it, because clients rely on its leniency: keys
/// in any case, unknown keys passed over, `null` for "not given", nothing read behind the document.
struct ControlBody {
  /// The Go type that error messages name.
  private let type: String
  private let members: [JSONValue.Member]

  init(_ bytes: [UInt8], type: String) throws(ControlError) {
    try self.init(Self.document(bytes), type: type)
  }

  init(_ value: JSONValue, type: String) throws(ControlError) {
    self.type = type
    switch value {
    case .object(let members): self.members = members
    case .null: members = []
    default:
      throw .body("json: cannot unmarshal \(Self.kind(value)) into Go value of type \(type)")
    }
  }

  static func document(_ bytes: [UInt8]) throws(ControlError) -> JSONValue {
    do {
      return try JSONValue.parse(bytes, first: true)
    } catch {
      let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
      if bytes.allSatisfy(blanks.contains) { throw .body("EOF") }
      if error.offset >= bytes.count { throw .body("unexpected EOF") }
      throw .body("\(error.message) at byte \(error.offset)")
    }
  }

  /// The last member of that name, or nil if there is none or it is null.
  func value(_ name: String) -> JSONValue? {
    let value = members.last { Self.equal($0.key, name) }?.value
    return value == .null ? nil : value
  }

  /// The keys as they are written.
  var keys: [String] { members.map { String(decoding: $0.key, as: UTF8.self) } }

  func string(_ name: String) throws(ControlError) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string else { throw mismatch(value, name, "string") }
    return text
  }

  func bool(_ name: String) throws(ControlError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let flag = value.bool else { throw mismatch(value, name, "bool") }
    return flag
  }

  /// A whole number without point and exponent.
  func int64(_ name: String) throws(ControlError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.int else { throw mismatch(value, name, "int64") }
    return number
  }

  func float(_ name: String) throws(ControlError) -> Double? {
    guard let value = value(name) else { return nil }
    guard case .number(let text) = value, let number = Double(text), number.isFinite else {
      throw mismatch(value, name, "float32")
    }
    return number
  }

  func object(_ name: String, type: String) throws(ControlError) -> ControlBody? {
    guard let value = value(name) else { return nil }
    guard case .object = value else { throw mismatch(value, name, type) }
    return try ControlBody(value, type: "\(type).\(name)")
  }

  private func mismatch(_ value: JSONValue, _ name: String, _ wanted: String) -> ControlError {
    .body(
      "json: cannot unmarshal \(Self.kind(value)) into Go struct field \(type).\(name) "
        + "of type \(wanted)")
  }

  private static func kind(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "bool"
    case .number(let text): "number \(text)"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// Names compare without regard to the case of ASCII letters.
  private static func equal(_ key: [UInt8], _ name: String) -> Bool {
    key.count == name.utf8.count
      && zip(key, name.utf8).allSatisfy { lowered($0) == lowered($1) }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
