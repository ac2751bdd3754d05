import Core
import Wire

/// Every byte of an event stream, line by line and block by block: what the reader of the standard
/// forgives, a check can still see.
struct SSELens {
  struct Line: Hashable {
    var bytes: [UInt8]
    var start: Int
    /// Just past its line end.
    var end: Int
    /// Whether it has one.
    var isEnded: Bool

    /// The name of the field; empty for a comment; nil for the empty line.
    var name: [UInt8]? { bytes.isEmpty ? nil : Array(bytes.prefix { $0 != UInt8(ascii: ":") }) }
    /// What stands behind the colon, blanks and all; nil without one.
    var value: [UInt8]? {
      bytes.firstIndex(of: UInt8(ascii: ":")).map { Array(bytes[($0 + 1)...]) }
    }
    var isData: Bool { name.map { $0.elementsEqual("data".utf8) } ?? false }
    var text: String { String(decoding: bytes.prefix(60), as: UTF8.self) }
  }

  /// Lines up to an empty one.
  struct Block {
    var lines: [Line]
    /// Whether the empty line came.
    var isEnded: Bool

    /// The data lines joined, one space behind the colon left out; nil without any.
    var data: [UInt8]? {
      let values = lines.filter(\.isData).map { line -> [UInt8] in
        let value = line.value ?? []
        return value.first == 0x20 ? Array(value.dropFirst()) : value
      }
      return values.isEmpty ? nil : Array(values.joined(separator: [0x0A]))
    }
    func field(_ name: String) -> [UInt8]? {
      lines.last { $0.name.map { $0.elementsEqual(name.utf8) } ?? false }?.value
    }
    var isComment: Bool { lines.allSatisfy { $0.bytes.first == UInt8(ascii: ":") } }
  }

  private(set) var lines: [Line] = []
  private(set) var blocks: [Block] = []
  /// Byte order marks at the beginning.
  private(set) var marks = 0

  init(_ body: [UInt8]) {
    var index = 0
    while body[index...].starts(with: [0xEF, 0xBB, 0xBF]) {
      marks += 1
      index += 3
    }
    var start = index
    while index < body.count {
      let byte = body[index]
      index += 1
      guard byte == 0x0A || byte == 0x0D else { continue }
      let content = Array(body[start..<(index - 1)])
      if byte == 0x0D, index < body.count, body[index] == 0x0A { index += 1 }
      lines.append(Line(bytes: content, start: start, end: index, isEnded: true))
      start = index
    }
    if start < body.count {
      lines.append(
        Line(bytes: Array(body[start...]), start: start, end: body.count, isEnded: false))
    }
    var block: [Line] = []
    for line in lines {
      if !line.bytes.isEmpty {
        block.append(line)
      } else if !block.isEmpty {
        blocks.append(Block(lines: block, isEnded: true))
        block = []
      }
    }
    if !block.isEmpty { blocks.append(Block(lines: block, isEnded: false)) }
  }
}

extension JSONValue {
  /// Members in the order of their names, and none that is null: equal if two say the same.
  var canonical: JSONValue {
    switch self {
    case .array(let values): .array(values.map(\.canonical))
    case .object(let members):
      .object(
        members.filter { !$0.value.isNull }
          .map { Member(key: $0.key, value: $0.value.canonical) }
          .sorted { $0.key.lexicographicallyPrecedes($1.key) })
    default: self
    }
  }
}

extension Observation {
  /// The body as an event stream, line by line.
  var lens: SSELens { SSELens(exchange.body) }

  /// The data of each event that is JSON, in order; `[DONE]` and what does not parse left out.
  var payloads: [JSONValue] {
    lens.blocks.filter(\.isEnded).compactMap { $0.data.flatMap { try? JSONValue.parse($0) } }
  }

  /// What a stream must have brought before its lines are looked at, or why it has not.
  var streamProblem: [Finding]? {
    guard isSuccessStatus else { return [.fail("the exchange ended with \(Passage.end(self))")] }
    return nil
  }
}
