package import Core

/// The head of one HTTP/1.x message, to be edited: its start line and its fields in order
/// (RFC 9112 sections 2 to 5).
///
/// Every line is kept as it came, so that what is not edited is written back byte for byte.
package struct MessageHead: Hashable, Sendable {
  /// The request line or status line, with its line end.
  private var startLine: [UInt8]
  /// Each with its line end; one that is folded (obs-fold) is one element.
  private var fields: [[UInt8]] = []
  private var emptyLine: [UInt8]

  /// Takes a whole head up to and including its empty line, and nothing behind it; nil for anything
  /// else.
  package init?(_ bytes: some Collection<UInt8>) {
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    for byte in bytes {
      line.append(byte)
      guard byte == .lf else { continue }
      if let first = line.first, first.isBlank, lines.count > 1 {
        lines[lines.count - 1] += line
      } else {
        lines.append(line)
      }
      line = []
    }
    guard line.isEmpty, lines.count > 1, let last = lines.popLast(), Self.isEmpty(last),
      !lines.contains(where: Self.isEmpty)
    else { return nil }
    startLine = lines.removeFirst()
    fields = lines
    emptyLine = last
  }

  package var bytes: [UInt8] {
    var out = startLine
    for field in fields { out += field }
    return out + emptyLine
  }

  private static func isEmpty(_ line: [UInt8]) -> Bool { line == [.lf] || line == [.cr, .lf] }
}

// The start line.
extension MessageHead {
  /// The status code of a response, nil for a request.
  package var status: Int? { ResponseHead.status(Self.withoutEnd(startLine).span) }

  /// The target of a request line, nil for anything else.
  package var target: String? {
    let words = Self.withoutEnd(startLine).split(separator: .space)
    guard method != nil else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }

  /// The method of a request line (RFC 9112 section 3), nil for anything else.
  package var method: String? {
    let words = Self.withoutEnd(startLine).split(separator: .space)
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else { return nil }
    return String(decoding: words[0], as: UTF8.self)
  }

  /// Makes it a response with that status and its standard reason phrase; the version stays.
  package mutating func setStatus(_ status: Int) {
    startLine = Array(startLine.prefix(8))
    startLine.put(" \(status) \(AnswerHead.reason(status))\r\n")
  }

  /// The first line alone, for one who writes the rest of the head on his own.
  var startLineBytes: [UInt8] { startLine }

  /// HTTP/1.0 has neither chunks nor, unless asked for, a connection that stays open.
  private var isOldVersion: Bool {
    let line = Self.withoutEnd(startLine)
    let version = status == nil ? line.suffix(8) : line.prefix(8)
    return version.elementsEqual("HTTP/1.0".utf8)
  }
}

// The fields: names compare without regard to the case of ASCII letters.
extension MessageHead {
  /// The values of all fields of that name, without blanks at their ends.
  package func values(of name: String) -> [[UInt8]] {
    fields.compactMap { line in
      guard Self.isNamed(line, name), let colon = line.firstIndex(of: .colon) else { return nil }
      let span = line.span
      return Array(span.extracting(span.trimmed((colon + 1)..<Self.withoutEnd(line).count)))
    }
  }

  /// All fields in order, with blanks around their values left out; lines without a name are no
  /// fields.
  package var headerFields: [HeaderField] {
    fields.compactMap { line in
      guard let colon = line.firstIndex(of: .colon), colon > 0 else { return nil }
      let span = line.span
      let value = span.extracting(span.trimmed((colon + 1)..<Self.withoutEnd(line).count))
      return HeaderField(name: span.extracting(0..<colon).text, value: value.text)
    }
  }

  package mutating func append(_ name: String, _ value: String) {
    fields.append(Self.line(name, value))
  }

  /// Puts the field where the first of that name stood, or at the end; others of it go.
  package mutating func set(_ name: String, _ value: String) {
    replace(name, with: name, value)
  }

  package mutating func remove(_ name: String) {
    fields.removeAll { Self.isNamed($0, name) }
  }

  /// Removes every field whose name starts so.
  package mutating func remove(prefix: String) {
    fields.removeAll { Self.isNamed($0.prefix(prefix.utf8.count), prefix, whole: false) }
  }

  /// What the fields are written as, in order.
  var fieldBytes: [UInt8] { Array(fields.joined()) + emptyLine }

  private mutating func replace(_ old: String, with name: String, _ value: String) {
    guard let place = fields.firstIndex(where: { Self.isNamed($0, old) }) else {
      return append(name, value)
    }
    remove(old)
    fields.insert(Self.line(name, value), at: place)
  }

  private static func line(_ name: String, _ value: String) -> [UInt8] {
    Array("\(name): \(value)\r\n".utf8)
  }

  private static func isNamed(
    _ line: some Collection<UInt8>, _ name: String, whole: Bool = true
  ) -> Bool {
    var rest = line[...]
    for byte in name.utf8 {
      guard let next = rest.popFirst(), next.lowered == byte.lowered else { return false }
    }
    return !whole || rest.first == .colon
  }

  private static func withoutEnd(_ line: [UInt8]) -> [UInt8] {
    var end = line.count
    while end > 0, line[end - 1] == .lf || line[end - 1] == .cr { end -= 1 }
    return Array(line[..<end])
  }
}

// The framing of the body (RFC 9112 section 6).
extension MessageHead {
  /// What the fields say, whatever the method and status are: where both are there,
  /// `Transfer-Encoding` counts (section 6.3, rule 3).
  package var framing: BodyFraming {
    if let coding = values(of: "Transfer-Encoding").last {
      let last = ResponseHead.last(of: coding.span)
      return ResponseHead.equals(last, "chunked") ? .chunked : .untilClose
    }
    if let text = values(of: "Content-Length").last, let count = ResponseHead.number(text.span) {
      return .length(count)
    }
    return .untilClose
  }

  /// Whether a response with this status can have a body (section 6.3, rule 1).
  package var mayHaveBody: Bool {
    guard let status else { return true }
    return status >= 200 && status != 204 && status != 304
  }

  /// Makes room for a body of any length: a length becomes chunks, or in HTTP/1.0 the close of the
  /// connection. A message that has no body, or is framed by neither, stays as it is.
  package mutating func prepareForEditing() {
    guard mayHaveBody, case .length(let count) = framing, count > 0 else { return }
    if !isOldVersion {
      replace("Content-Length", with: "Transfer-Encoding", "chunked")
    } else if status != nil {
      remove("Content-Length")
      set("Connection", "close")
    }
  }

  /// Frames the body in chunks, however it was.
  package mutating func setChunked() {
    guard framing != .chunked else { return remove("Content-Length") }
    remove("Transfer-Encoding")
    replace("Content-Length", with: "Transfer-Encoding", "chunked")
  }

  /// Frames the body by a length, however it was.
  package mutating func setLength(_ length: Int) {
    guard framing == .chunked else { return set("Content-Length", String(length)) }
    remove("Content-Length")
    replace("Transfer-Encoding", with: "Content-Length", String(length))
  }
}
