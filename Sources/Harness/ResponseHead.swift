import Core

/// The head of a response, from the lines that libcurl hands out one by one.
///
/// Interim responses (1xx, RFC 9110 section 15.2) are passed over, and so are trailers.
struct ResponseHead {
  private(set) var status = 0
  private(set) var version = ""
  private(set) var fields: [HeaderField] = []
  private var size = 0
  private var complete = false

  /// Takes one line; true when it ended the head of the final response.
  mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
    guard !complete else { return false }
    var end = line.count
    while end > 0, line[end - 1] == UInt8(ascii: "\r") || line[end - 1] == UInt8(ascii: "\n") {
      end -= 1
    }
    let bytes = line[..<end]
    if bytes.starts(with: Self.name) {
      begin(bytes.dropFirst(Self.name.count))
      return false
    }
    if bytes.isEmpty {
      complete = status >= 200 || status == 101
      return complete
    }
    size += line.count
    guard size <= Limits.keptHeadBytes, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      return false
    }
    let value = Self.trimmed(bytes[(colon + 1)...])
    fields.append(HeaderField(name: Self.text(bytes[..<colon]), value: Self.text(value)))
    return false
  }

  private static let name = Array("HTTP/".utf8)

  private mutating func begin(_ rest: Slice<UnsafeRawBufferPointer>) {
    self = ResponseHead()
    let words = rest.split(separator: UInt8(ascii: " "), maxSplits: 2)
    version = words.first.map(Self.text) ?? ""
    status = words.count > 1 ? Int(Self.text(words[1])) ?? 0 : 0
  }

  /// Without blanks (SP, HTAB) around it, RFC 9110 section 5.5.
  private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>)
    -> Slice<UnsafeRawBufferPointer>
  {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let kept = value.drop(while: isBlank)
    return kept.prefix(upTo: kept.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? kept.startIndex)
  }

  private static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
