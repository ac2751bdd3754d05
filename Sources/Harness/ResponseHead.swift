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
    var text = String(decoding: line, as: UTF8.self)
    while let last = text.utf8.last, last == 13 || last == 10 { text.unicodeScalars.removeLast() }
    if text.hasPrefix("HTTP/") {
      begin(text)
      return false
    }
    guard !complete else { return false }
    if text.isEmpty {
      complete = status >= 200 || status == 101
      return complete
    }
    size += line.count
    guard size <= Limits.keptHeadBytes, let colon = text.firstIndex(of: ":") else { return false }
    let value = text[text.index(after: colon)...]
    fields.append(
      HeaderField(name: String(text[..<colon]), value: Self.trimmed(value)))
    return false
  }

  private mutating func begin(_ line: String) {
    self = ResponseHead()
    let words = line.dropFirst(5).split(separator: " ", maxSplits: 2)
    version = words.first.map(String.init) ?? ""
    status = words.count > 1 ? Int(words[1]) ?? 0 : 0
  }

  private static func trimmed(_ value: Substring) -> String {
    let kept = value.drop { $0 == " " || $0 == "\t" }
    let end = kept.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { String(kept[...$0]) } ?? ""
  }
}
