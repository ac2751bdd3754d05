import Core

/// An answer on its way to a client that speaks HTTP/1: what the upstream's head says, line by line
/// and in whatever version, with framing of this connection's own (RFC 9112 section 6).
struct ForwardedResponse: Sendable {
  /// The head is no answer, or says two things about its length.
  struct Malformed: Error { var what: String }

  /// Nil until the head is complete.
  private(set) var framing: Framing?
  /// Whether the connection goes on after it.
  private(set) var persists: Bool
  let isOldClient: Bool
  let toHEAD: Bool
  private var statusLine: [UInt8] = []
  private var status = 0
  private var lines: [[UInt8]] = []
  private var size = 0

  enum Framing: Hashable, Sendable {
    case none, chunked, untilClose
    /// As the upstream said; how much of it is still to come.
    case length(left: Int)
  }

  init(to request: HTTPRequest) {
    persists = request.keepsAlive
    isOldClient = request.minorVersion == 0
    toHEAD = request.method == "HEAD"
  }

  /// Takes a line of a head and gives back what is to be sent, which is nothing until the head is
  /// complete. Trailers, which come after it, are dropped.
  mutating func take(line: Span<UInt8>) throws(Malformed) -> [UInt8] {
    guard framing == nil else { return [] }
    var end = line.count
    while end > 0, line[end - 1] == .lf || line[end - 1] == .cr { end -= 1 }
    let text = line.extracting(0..<end)
    size += end
    guard size <= Limits.responseHeadBytes else {
      throw Malformed(what: "its head is larger than \(Limits.responseHeadBytes) bytes")
    }
    if statusLine.isEmpty {
      try begin(text)
    } else if end == 0 {
      return try complete()
    } else if text[0].isBlank, !lines.isEmpty {
      // RFC 9112 section 5.2: a folded line is joined.
      lines[lines.count - 1] += [.space] + Array(text.extracting(text.trimmed(0..<end)))
    } else {
      lines.append(Array(text))
    }
    return []
  }

  /// Body bytes with the framing of this connection.
  mutating func frame(_ bytes: Span<UInt8>) -> [UInt8] {
    switch framing {
    case .chunked: return ChunkedCoding.frame(Array(bytes))
    case .untilClose: return Array(bytes)
    case .length(let left):
      framing = .length(left: left - min(left, bytes.count))
      return Array(bytes.extracting(0..<min(left, bytes.count)))
    case .some(.none), nil: return []
    }
  }

  /// Whether the body may end here, and the bytes that say so.
  var end: [UInt8]? {
    switch framing {
    case .chunked: ChunkedCoding.last
    case .some(.none), .untilClose, .length(0): []
    case .length, nil: nil
    }
  }

  private mutating func begin(_ line: Span<UInt8>) throws(Malformed) {
    guard let first = line.firstIndex(of: .space), line.count >= first + 4,
      let status = Int(line.extracting((first + 1)..<(first + 4)).text), status >= 100
    else { throw Malformed(what: "its status line is none") }
    self.status = status
    statusLine.put("HTTP/1.1 ")
    statusLine.put(status)
    // HTTP/2 and later have no reason phrase.
    if line.extracting(0..<first).text.hasPrefix("HTTP/1.") {
      statusLine.append(line.extracting((first + 4)..<line.count))
    } else {
      statusLine.put(" ")
      statusLine.put(AnswerHead.reason(status))
    }
  }

  private mutating func complete() throws(Malformed) -> [UInt8] {
    let isInterim = status < 200
    var out = statusLine
    out += [.cr, .lf]
    try putFields(&out)
    if !isInterim { putConnection(&out) }
    out += [.cr, .lf]
    guard isInterim else { return out }
    // 100 answers what we never asked, and HTTP/1.0 knows no interim answers.
    let passes = status != 100 && !isOldClient
    statusLine = []
    lines = []
    return passes ? out : []
  }

  /// What is not for this hop alone, in its order, and decides on the framing.
  private mutating func putFields(_ out: inout [UInt8]) throws(Malformed) {
    var named: [(name: String, line: [UInt8])] = []
    for line in lines {
      guard let colon = line.firstIndex(of: .colon) else {
        throw Malformed(what: "its head has a line without a colon")
      }
      named.append((line.span.extracting(0..<colon).text.lowercased(), line))
    }
    func values(_ name: String) -> [String] {
      named.filter { $0.name == name }.map { field in
        let value = (field.name.utf8.count + 1)..<field.line.count
        return field.line.span.extracting(field.line.span.trimmed(value)).text
      }
    }
    let isCoded = !values("transfer-encoding").isEmpty
    let lengths = Set(values("content-length"))
    if lengths.count > 1, !isCoded { throw Malformed(what: "it has two lengths") }
    let hop = HopByHop(named: values("connection"))
    var hasLength = false
    for (name, line) in named where !hop.contains(name) {
      if name == "content-length" {
        if isCoded || hasLength { continue }
        hasLength = true
      }
      out += line
      out += [.cr, .lf]
    }
    guard status >= 200 else { return }
    if toHEAD || status == 204 || status == 304 {
      framing = Framing.none
    } else if isCoded || lengths.isEmpty {
      framing = isOldClient ? .untilClose : .chunked
    } else if let text = lengths.first, let length = Int(text), length >= 0 {
      framing = .length(left: length)
    } else {
      throw Malformed(what: "its length is not a number")
    }
  }

  private mutating func putConnection(_ out: inout [UInt8]) {
    if framing == .untilClose { persists = false }
    if framing == .chunked { out.put("Transfer-Encoding: chunked\r\n") }
    if !persists {
      out.put("Connection: close\r\n")
    } else if isOldClient {
      out.put("Connection: keep-alive\r\n")
    }
  }
}
