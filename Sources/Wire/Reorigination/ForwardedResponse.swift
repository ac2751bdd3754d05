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
  /// The head so far; its lines end in CR LF.
  private var head: [UInt8] = []

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
    guard head.count + end <= Limits.responseHeadBytes else {
      throw Malformed(what: "its head is larger than \(Limits.responseHeadBytes) bytes")
    }
    let text = line.extracting(0..<end)
    if end == 0 { return try complete() }
    if head.isEmpty {
      try begin(text)
    } else if text[0].isBlank {
      // RFC 9112 section 5.2: a folded line is joined.
      head.removeLast(2)
      head.append(.space)
      head.append(text.extracting(text.trimmed(0..<end)))
    } else {
      guard text.firstIndex(of: .colon) != nil else {
        throw Malformed(what: "its head has a line without a colon")
      }
      head.append(text)
    }
    head += [.cr, .lf]
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
    head.put("HTTP/1.1 \(status)")
    // HTTP/2 and later have no reason phrase.
    if line.extracting(0..<first).text.hasPrefix("HTTP/1.") {
      head.append(line.extracting((first + 4)..<line.count))
    } else {
      head.put(" \(AnswerHead.reason(status))")
    }
  }

  private mutating func complete() throws(Malformed) -> [UInt8] {
    guard var edited = MessageHead(head + [.cr, .lf]), let status = edited.status else {
      throw Malformed(what: "its head is none")
    }
    head = []
    if status >= 200 {
      framing = try frame(&edited)
      if framing == .untilClose { persists = false }
    }
    HopByHop.remove(from: &edited)
    // Nobody asked for that: `Upgrade` is not sent on (RFC 9110 section 15.2.2).
    guard status != 101 else { throw Malformed(what: "it switches to another protocol") }
    // 100 answers what we never asked, and HTTP/1.0 knows no interim answers.
    if status < 200 { return status == 100 || isOldClient ? [] : edited.bytes }
    if framing == .chunked { edited.append("Transfer-Encoding", "chunked") }
    if !persists {
      edited.append("Connection", "close")
    } else if isOldClient {
      edited.append("Connection", "keep-alive")
    }
    return edited.bytes
  }

  /// Decides on the framing, and leaves one length at most.
  private func frame(_ head: inout MessageHead) throws(Malformed) -> Framing {
    if toHEAD || !head.mayHaveBody { return .none }
    let lengths = head.values(of: "Content-Length")
    let isCoded = !head.values(of: "Transfer-Encoding").isEmpty
    guard !isCoded, let text = lengths.first else {
      head.remove("Content-Length")
      return isOldClient ? .untilClose : .chunked
    }
    guard lengths.allSatisfy({ $0 == text }) else { throw Malformed(what: "it has two lengths") }
    guard let length = ResponseHead.number(text.span) else {
      throw Malformed(what: "its length is not a number")
    }
    if lengths.count > 1 { head.set("Content-Length", String(length)) }
    return .length(left: length)
  }
}
