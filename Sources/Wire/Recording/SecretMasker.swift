package import Core

/// Takes secrets out of one direction of a connection before anything of it is written: what heads
/// of HTTP/1 messages carry, and known keys anywhere, also where reads cut them.
///
/// Asterisks of the same length take their place, so that boundaries, lengths and framing stay
/// exact. A read whose last bytes may begin a key is kept back until the next has come. What is not
/// found: a known key inside a content coding, or with framing or escapes in its midst.
package struct SecretMasker: Sendable {
  /// One read with its instant.
  package struct Read: Hashable, Sendable {
    package var bytes: [UInt8]
    package var at: Instant

    package init(bytes: [UInt8], at: Instant) {
      self.bytes = bytes
      self.at = at
    }
  }

  /// Keys shorter than this are no secrets, and masking them would eat ordinary text.
  package static let shortestKey = 6
  /// At the end of a stream so much of a key's beginning is masked, whatever would have followed.
  private static let shortestRemnant = 4

  private var heads = HeadMasker()
  private var keys: [KeyMatcher]
  private var waiting: [Read] = []
  private var waitingBytes = 0

  package init(keys: [[UInt8]] = []) {
    self.keys = keys.filter { $0.count >= Self.shortestKey }.map(KeyMatcher.init)
  }

  /// The names of header fields whose values are secrets, lower case.
  package static var fields: [String] { HeadMasker.fields }
  /// The names of query parameters whose values are.
  package static var parameters: [String] { HeadMasker.parameters }

  /// Takes the next read and returns those that are certain, in order.
  package mutating func take(_ read: Read) -> [Read] {
    var masked = read
    heads.mask(&masked.bytes)
    guard !keys.isEmpty else { return [masked] }
    waiting.append(masked)
    waitingBytes += masked.bytes.count
    for number in keys.indices {
      var position = 0
      while keys[number].find(in: read.bytes.span, from: &position) {
        overwrite(keys[number].length, before: read.bytes.count - position)
      }
    }
    return release(keeping: heldBytes)
  }

  /// The stream has ended: returns what is left.
  package mutating func finish() -> [Read] {
    if heldBytes >= Self.shortestRemnant { overwrite(heldBytes, before: 0) }
    return release(keeping: 0)
  }

  /// A whole text at once, such as a URL of an import.
  package static func masked(_ bytes: [UInt8], keys: [[UInt8]] = []) -> [UInt8] {
    var masker = SecretMasker(keys: keys)
    let read = Read(bytes: bytes, at: Instant(nanoseconds: 0))
    return (masker.take(read) + masker.finish()).flatMap(\.bytes)
  }

  /// A request target with the secrets of its query masked.
  package static func masked(target: String, keys: [[UInt8]] = []) -> String {
    let method = "GET "
    let bytes = masked(Array((method + target).utf8), keys: keys)
    return String(decoding: bytes.dropFirst(method.utf8.count), as: UTF8.self)
  }

  /// A target by which requests are told apart: secrets of its query masked, whatever their length.
  package static func comparable(target: String) -> String {
    var text = ""
    for character in masked(target: target).unicodeScalars
    where character != "*" || text.unicodeScalars.last != "*" {
      text.unicodeScalars.append(character)
    }
    return text
  }

  /// A header field with its value masked as in a head.
  package static func masked(field: HeaderField, keys: [[UInt8]] = []) -> HeaderField {
    let line = masked(Array("\(field.name):\(field.value)".utf8), keys: keys)
    let value = line.dropFirst(field.name.utf8.count + 1)
    return HeaderField(name: field.name, value: String(decoding: value, as: UTF8.self))
  }

  private var heldBytes: Int { keys.map(\.matched).max() ?? 0 }

  /// Overwrites `count` bytes that end so many bytes before the end of what waits.
  private mutating func overwrite(_ count: Int, before distance: Int) {
    var skipped = distance
    var left = count
    for number in waiting.indices.reversed() where left > 0 {
      let size = waiting[number].bytes.count
      let end = size - min(skipped, size)
      skipped -= size - end
      let start = max(0, end - left)
      for index in start..<end { waiting[number].bytes[index] = UInt8(ascii: "*") }
      left -= end - start
    }
  }

  private mutating func release(keeping held: Int) -> [Read] {
    var count = 0
    while count < waiting.count, waitingBytes - waiting[count].bytes.count >= held {
      waitingBytes -= waiting[count].bytes.count
      count += 1
    }
    defer { waiting.removeFirst(count) }
    return Array(waiting[..<count])
  }
}

/// Finds one key in a stream (Knuth, Morris, Pratt 1977): one step a byte, nothing kept.
private struct KeyMatcher: Sendable {
  private let key: [UInt8]
  /// For each length matched: the next shorter beginning of the key that also ends there.
  private let shorter: [Int]
  /// How many bytes of the key the stream ends with.
  private(set) var matched = 0

  var length: Int { key.count }

  init(_ key: [UInt8]) {
    self.key = key
    var shorter = [0]
    var length = 0
    for byte in key.dropFirst() {
      while length > 0, key[length] != byte { length = shorter[length - 1] }
      if key[length] == byte { length += 1 }
      shorter.append(length)
    }
    self.shorter = shorter
  }

  /// Whether a key ends in these bytes; `position` is then just past it, else at their end.
  mutating func find(in bytes: Span<UInt8>, from position: inout Int) -> Bool {
    let first = key[0]
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if matched == 0, byte != first { continue }
      if take(byte) { return true }
    }
    return false
  }

  /// Whether the key ends with this byte.
  private mutating func take(_ byte: UInt8) -> Bool {
    while matched > 0, key[matched] != byte { matched = shorter[matched - 1] }
    if key[matched] == byte { matched += 1 }
    guard matched == key.count else { return false }
    matched = shorter[matched - 1]
    return true
  }
}
