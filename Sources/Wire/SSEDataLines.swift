/// Breaks the data of one event into more lines without changing the document in it.
enum SSEDataLines {
  /// The event with its `data:` lines broken at white space that JSON allows, or nil if its data is
  /// no JSON document.
  static func broken(_ event: [UInt8]) -> [UInt8]? {
    var parser = SSEParser()
    guard parser.feed(event).contains(where: { isJSON($0.kind) }) else { return nil }
    var out: [UInt8] = []
    var scanner = SSELineScanner()
    var outline = JSONOutline()
    var name: [UInt8] = []
    var prefix: [UInt8] = []
    for (index, byte) in event.enumerated() {
      let part = scanner.take(byte)
      out.append(byte)
      switch part {
      case .mark, .comment, .lineFeed: break
      case .name:
        name.append(byte)
        prefix = name
      case .colon, .space: prefix.append(byte)
      case .lineEnd: name = []
      case .value where name.elementsEqual("data".utf8):
        if outline.take(byte) { out += lineEnd(of: event, from: index) + prefix }
      case .value: break
      }
    }
    return out
  }

  private static func isJSON(_ kind: SSEParser.Kind) -> Bool {
    guard case .event(_, let data, _) = kind else { return false }
    return (try? JSONValue.parse(data)) != nil
  }

  /// How the line that the index is in ends.
  private static func lineEnd(of event: [UInt8], from index: Int) -> [UInt8] {
    guard let end = event[index...].firstIndex(where: { $0 == .lf || $0 == .cr }) else {
      return [.lf]
    }
    let isPair = event[end] == .cr && end + 1 < event.count && event[end + 1] == .lf
    return isPair ? [.cr, .lf] : [event[end]]
  }
}

/// Finds the places of a well-formed JSON document where its outermost value can be broken.
private struct JSONOutline {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Whether a line may be broken behind this byte.
  mutating func take(_ byte: UInt8) -> Bool {
    if isInString {
      if !isEscaped, byte == UInt8(ascii: "\"") { isInString = false }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth += 1
      return depth == 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
    case UInt8(ascii: ","): return depth == 1
    default: break
    }
    return false
  }
}
