package import Core

/// Puts the lines of a recording together into exchanges: which reads answered which request.
package enum RecordedExchanges {
  /// In the order in which the requests were complete.
  package static func of(_ recording: Recording) -> [RecordedExchange] {
    var order: [Int] = []
    var connections: [Int: [RecordingEntry]] = [:]
    for entry in recording.entries {
      if connections[entry.connection] == nil { order.append(entry.connection) }
      connections[entry.connection, default: []].append(entry)
    }
    let all = order.flatMap { connection in
      exchanges(sorted(connections[connection] ?? []))
    }
    return all.enumerated().sorted {
      ($0.element.requestedAt, $0.offset) < ($1.element.requestedAt, $1.offset)
    }.map(\.element)
  }

  /// By time; the order of the file where that is equal.
  private static func sorted(_ entries: [RecordingEntry]) -> [RecordingEntry] {
    entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
  }

  private static func exchanges(_ entries: [RecordingEntry]) -> [RecordedExchange] {
    var layer = RecordedLayer.wire
    for entry in entries {
      if case .open(_, _, let found) = entry.event { layer = found }
    }
    switch layer {
    case .wire:
      var connection = RecordedWire()
      for entry in entries { connection.take(entry) }
      return connection.finish()
    case .body:
      var answer = RecordedBody()
      for entry in entries { answer.take(entry) }
      return answer.finish()
    }
  }
}

/// The exchanges of one connection from its raw reads.
private struct RecordedWire {
  private var exchanges: [RecordedExchange] = []
  /// The first exchange whose answer is not complete.
  private var answering = 0
  private var scanner = HTTPMessageScanner()
  /// Raw bytes before the response under way.
  private var origin = 0
  private var seen = 0
  private var status = 0
  private var firstByteAt: Nanoseconds?
  /// Reads of an answer that began before its request was complete.
  private var early: [[UInt8]] = []
  private var upstreamEnd: StreamEnding?
  private var lastAt = Nanoseconds.zero

  mutating func take(_ entry: RecordingEntry) {
    lastAt = entry.at
    switch entry.event {
    case .read(.upstream, _): firstByteAt = firstByteAt ?? entry.at
    case .request(let request, _): begin(request, at: entry.at)
    case .read(.downstream, let bytes): answer(bytes, at: entry.at)
    case .end(.upstream, .stream(let how)): upstreamEnd = how
    case .end(.downstream, .stream(let how)): end(how, at: entry.at)
    case .open, .response, .end, .fault, .close: break
    }
  }

  private mutating func begin(_ request: RecordedRequest, at now: Nanoseconds) {
    var exchange = RecordedExchange(
      request: request, startedAt: firstByteAt ?? now, requestedAt: now)
    firstByteAt = nil
    exchange.pieces = early.map { RecordedPiece(after: .zero, bytes: $0) }
    early = []
    exchanges.append(exchange)
    scanner.expectResponse(toHEAD: request.method == "HEAD")
  }

  /// Cuts a read where one answer ends and the next begins.
  private mutating func answer(_ bytes: [UInt8], at now: Nanoseconds) {
    var start = 0
    for landmark in scanner.scan(bytes) {
      switch landmark {
      case .headEnd(let found): status = found
      case .responseEnd(let rawEnd):
        let end = origin + rawEnd - seen
        origin += rawEnd
        // 100 Continue is the server's own to say, when it is asked.
        if status != 100 { add(bytes[start..<end], at: now) }
        start = end
        if status >= 200, answering < exchanges.count {
          exchanges[answering].isWhole = true
          answering += 1
        }
      case .responseStart, .event, .data, .notHTTP: break
      }
    }
    seen += bytes.count
    if start < bytes.count { add(bytes[start...], at: now) }
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>, at now: Nanoseconds) {
    guard answering < exchanges.count else {
      early.append(Array(bytes))
      return
    }
    let after = now - exchanges[answering].requestedAt
    exchanges[answering].pieces.append(RecordedPiece(after: after, bytes: Array(bytes)))
  }

  private mutating func end(_ how: StreamEnding, at now: Nanoseconds) {
    let clientLeft = upstreamEnd == .reset || upstreamEnd == .cut
    if answering < exchanges.count {
      close(answering, clientLeft ? .silence : how == .reset ? .reset : .fin, at: now)
    } else if upstreamEnd == nil, how != .cut {
      // The server ended a connection that was at rest.
      close(exchanges.count - 1, how == .reset ? .reset : .fin, at: now)
    }
  }

  private mutating func close(_ index: Int, _ how: RecordedClose.How, at now: Nanoseconds) {
    guard exchanges.indices.contains(index) else { return }
    let after = now - exchanges[index].requestedAt
    exchanges[index].end = RecordedClose(how: how, after: after)
    // What was asked behind it was not answered.
    answering = exchanges.count
  }

  mutating func finish() -> [RecordedExchange] {
    if answering < exchanges.count {
      // Without an end of its own: the client left it, or the recording was cut here.
      close(answering, upstreamEnd == nil ? .fin : .silence, at: lastAt)
    }
    return exchanges
  }
}

/// The exchange of one request whose answer was recorded as a decoded body.
private struct RecordedBody {
  private var exchange: RecordedExchange?
  private var opened = Nanoseconds.zero
  private var head: (status: Int, fields: [HeaderField], at: Nanoseconds)?
  private var reads: [(bytes: [UInt8], at: Nanoseconds)] = []
  private var end: (how: RecordedEnd, at: Nanoseconds)?

  mutating func take(_ entry: RecordingEntry) {
    switch entry.event {
    case .open: opened = entry.at
    case .request(let request, _):
      exchange = RecordedExchange(
        request: request, startedAt: entry.at, requestedAt: entry.at)
    case .response(let status, _, let fields): head = (status, fields, entry.at)
    case .read(.downstream, let bytes): reads.append((bytes, entry.at))
    case .end(.downstream, let how): end = (how, entry.at)
    case .read, .end, .fault, .close: break
    }
  }

  func finish() -> [RecordedExchange] {
    var exchange =
      self.exchange
      ?? RecordedExchange(request: nil, startedAt: opened, requestedAt: opened)
    let start = exchange.requestedAt
    if let head {
      let size = end?.how == .complete ? reads.reduce(0) { $0 + $1.bytes.count } : nil
      let framing = AnswerFraming(head.fields, status: head.status, size: size)
      let field = framing.head(head.status, head.fields)
      exchange.pieces.append(RecordedPiece(after: head.at - start, bytes: field))
      for read in reads {
        let bytes = framing.isChunked ? ChunkedCoding.frame(read.bytes) : read.bytes
        exchange.pieces.append(RecordedPiece(after: read.at - start, bytes: bytes))
      }
      if framing.isChunked, let end, end.how == .complete {
        exchange.pieces.append(RecordedPiece(after: end.at - start, bytes: ChunkedCoding.last))
      }
    }
    exchange.end = close(since: start)
    exchange.isWhole = end?.how == .complete
    return [exchange]
  }

  private func close(since start: Nanoseconds) -> RecordedClose? {
    guard let end else {
      let last = reads.last?.at ?? head?.at
      return last.map { RecordedClose(how: .fin, after: $0 - start) }
    }
    let after = end.at - start
    switch end.how {
    case .complete: return nil
    case .stream(.reset): return RecordedClose(how: .reset, after: after)
    case .stream, .failed(.premature), .failed(.malformed):
      return RecordedClose(how: .fin, after: after)
    case .failed where head == nil: return requestReachedNobody ? nil : silence(after)
    case .failed: return silence(after)
    }
  }

  private func silence(_ after: Nanoseconds) -> RecordedClose {
    RecordedClose(how: .silence, after: after)
  }

  private var requestReachedNobody: Bool {
    switch end?.how {
    case .failed(.timeoutFirstByte), .failed(.cancelled), .failed(.interrupted): false
    default: true
    }
  }
}

/// How a decoded body goes onto the wire again: its own length if it was said and is true, chunks
/// otherwise.
private struct AnswerFraming {
  let isChunked: Bool
  private let hasBody: Bool

  /// What was about the coding that has been undone, or about one connection.
  private static let dropped: Set<String> = [
    "connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding",
  ]

  init(_ fields: [HeaderField], status: Int, size: Int?) {
    let length = fields.last { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) }
    hasBody = status >= 200 && status != 204 && status != 304
    isChunked = hasBody && (length == nil || length != size)
  }

  func head(_ status: Int, _ fields: [HeaderField]) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(AnswerHead.reason(status))\r\n"
    for field in fields {
      let name = field.name.lowercased()
      let keepsLength = name == "content-length" && hasBody && !isChunked
      guard !Self.dropped.contains(name) || keepsLength, !name.hasPrefix(":") else { continue }
      text += "\(field.name): \(field.value)\r\n"
    }
    if isChunked { text += "Transfer-Encoding: chunked\r\n" }
    return Array((text + "\r\n").utf8)
  }
}
