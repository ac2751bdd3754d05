import Core

// What a request says besides what its dialect has words for.
extension [UInt8] {
  /// A JSON object with further members behind its own, as they are written: `"n":3`.
  package func adding(members: String) -> [UInt8] {
    guard !members.isEmpty, last == UInt8(ascii: "}") else { return self }
    return self[..<(count - 1)] + Array(",\(members)}".utf8)
  }

  /// A request with messages before its first, as items of an array are written; unchanged where it
  /// has no array of messages.
  package func adding(history: String) -> [UInt8] {
    guard !history.isEmpty else { return self }
    for name in ["messages", "input", "contents"] {
      let opening = Array("\"\(name)\":[".utf8)
      guard let place = firstRange(of: opening)?.upperBound else { continue }
      return self[..<place] + Array("\(history),".utf8) + self[place...]
    }
    return self
  }
}
