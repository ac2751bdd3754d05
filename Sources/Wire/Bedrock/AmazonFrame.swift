import Core

/// One message of Amazon's binary event stream: lengths, a checksum of them, headers, a payload, and
/// a checksum of it all; numbers are big-endian.
struct AmazonFrame: Hashable, Sendable {
  /// The string headers, by name; others are passed over.
  var headers: [String: String] = [:]
  var payload: [UInt8] = []

  /// The lengths, and both checksums.
  static let preludeBytes = 12
  private static let least = 16
  /// The bounds of botocore's own parser.
  private static let headerBytes = 128 << 10
  private static let payloadBytes = 24 << 20

  /// Appends a message with these headers in order.
  static func put(
    _ headers: KeyValuePairs<String, String>, payload: [UInt8], _ out: inout [UInt8]
  ) {
    var head: [UInt8] = []
    for (name, value) in headers {
      head.append(UInt8(truncatingIfNeeded: name.utf8.count))
      head.put(name)
      // Type 7 is a string with a length of two bytes.
      head.append(7)
      head.append(UInt8(truncatingIfNeeded: value.utf8.count >> 8))
      head.append(UInt8(truncatingIfNeeded: value.utf8.count))
      head.put(value)
    }
    var frame: [UInt8] = []
    put(UInt32(least + head.count + payload.count), &frame)
    put(UInt32(head.count), &frame)
    put(CRC32.of(frame), &frame)
    frame += head
    frame += payload
    put(CRC32.of(frame), &frame)
    out += frame
  }

  private static func put(_ value: UInt32, _ out: inout [UInt8]) {
    for shift in [UInt32(24), 16, 8, 0] {
      out.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  // MARK: Reading

  enum Read: Hashable, Sendable {
    case frame(AmazonFrame, end: Int)
    /// More bytes are needed.
    case unfinished
    /// What is wrong, and where the next message begins; nil if that cannot be known.
    case broken(String, end: Int?)
  }

  static func read(_ bytes: [UInt8], at start: Int) -> Read {
    guard bytes.count - start >= preludeBytes else { return .unfinished }
    let total = Int(number(bytes, start))
    let headLength = Int(number(bytes, start + 4))
    guard CRC32.of(bytes[start..<(start + 8)]) == number(bytes, start + 8) else {
      return .broken("the checksum of a message's lengths is wrong", end: nil)
    }
    guard headLength <= headerBytes, total >= least + headLength,
      total - least - headLength <= payloadBytes
    else { return .broken("the lengths of a message are impossible", end: nil) }
    guard bytes.count - start >= total else { return .unfinished }
    let end = start + total
    guard CRC32.of(bytes[start..<(end - 4)]) == number(bytes, end - 4) else {
      return .broken("the checksum of a message is wrong", end: end)
    }
    let headEnd = start + preludeBytes + headLength
    guard let headers = headers(bytes[(start + preludeBytes)..<headEnd]) else {
      return .broken("the headers of a message do not read", end: end)
    }
    let frame = AmazonFrame(headers: headers, payload: Array(bytes[headEnd..<(end - 4)]))
    return .frame(frame, end: end)
  }

  private static func number(_ bytes: [UInt8], _ start: Int) -> UInt32 {
    bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// How many bytes a value takes by its type, where that is fixed.
  private static let widths = [0, 0, 1, 2, 4, 8, nil, nil, 8, 16]

  /// Nil if they do not read, or have a name twice.
  private static func headers(_ bytes: ArraySlice<UInt8>) -> [String: String]? {
    var rest = bytes
    var found: [String: String] = [:]
    var names: Set<String> = []
    func take(_ count: Int) -> ArraySlice<UInt8>? {
      guard rest.count >= count else { return nil }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
    while !rest.isEmpty {
      guard let nameLength = take(1)?.first, let name = take(Int(nameLength)),
        let type = take(1)?.first, Int(type) < widths.count
      else { return nil }
      let key = String(decoding: name, as: UTF8.self)
      guard names.insert(key).inserted else { return nil }
      if let width = widths[Int(type)] {
        guard take(width) != nil else { return nil }
        continue
      }
      guard let length = take(2), let value = take(length.reduce(0) { $0 << 8 | Int($1) }) else {
        return nil
      }
      if type == 7 { found[key] = String(decoding: value, as: UTF8.self) }
    }
    return found
  }
}
