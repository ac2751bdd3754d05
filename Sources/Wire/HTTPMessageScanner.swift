import Core

/// Finds the places in the raw messages of one direction of a connection at which a fault can
/// happen, for a proxy that forwards every byte unchanged.
///
/// Messages follow each other on a connection. An interim response (1xx) counts as a message of its
/// own: its head end has its status, and the response that answers the request starts after it.
package struct HTTPMessageScanner: Sendable {
  /// Which of the two kinds of messages come.
  package enum Side: Hashable, Sendable { case requests, responses }

  /// A place, as a count of raw bytes from the start of its message.
  package enum Landmark: Hashable, Sendable {
    /// Before the first byte of a message.
    case responseStart
    /// Just past the empty line of the head: at `headEnd`. A request has the status 0.
    case headEnd(status: Int)
    /// A run of payload without transfer coding; said only to those who asked.
    case data(rawStart: Int, count: Int)
    /// Just past the last raw byte of the N-th event that carries data; the first is 1. Where lines
    /// end in CR LF that is past the LF; should the LF not come, the place is one byte behind.
    case event(number: Int, rawEnd: Int)
    /// Just past the last byte, framing included.
    case responseEnd(rawEnd: Int)
    /// These bytes are no HTTP/1.x response, or one that cannot be framed. Said once; after it
    /// nothing is looked at any more. Also after a switch of protocols (101).
    case notHTTP
  }

  /// What is known of a message at the end of its head. One read may hold several messages, so
  /// that what the scanner says of itself afterwards is about the last of them.
  package struct Head: Hashable, Sendable {
    /// Its length.
    package var end: Int
    /// Whether the body is an event stream that is not coded.
    package var isEventStream: Bool
    /// Whether there is a body that may be longer than nothing.
    package var hasBody: Bool
    /// Whether it is a request with the method HEAD.
    package var isHEAD: Bool
  }

  private enum State {
    case idle
    case head
    case length(left: Int)
    case chunks(ChunkedDecoder)
    case untilClose
    case blind
  }

  private static let signature = Array("HTTP/1.".utf8)

  private let side: Side
  private let reportsData: Bool
  private var state = State.idle
  private var head: [UInt8] = []
  private var lineLength = 0
  private var counter: EventCounter?
  /// For each request without an answer yet: whether it was a HEAD.
  private var requests: [Bool] = []

  /// Raw bytes of the current response seen so far.
  package private(set) var rawCount = 0
  /// Length of the head of the current or last response; 0 while it is incomplete.
  package private(set) var headEnd = 0
  /// Where the current or last response started, counted from the connection's first byte.
  package private(set) var responseOrigin = 0

  /// One for each `headEnd` that the last scan gave, in order.
  package private(set) var heads: [Head] = []
  /// Whether the current or last request is a HEAD.
  private var isHEAD = false

  package init(_ side: Side = .responses, reportsData: Bool = false) {
    self.side = side
    self.reportsData = reportsData
  }

  /// Announces a request, in the order in which they were sent: the answer to a HEAD has no body.
  /// An answer to a request that was not announced is taken for one to another method.
  package mutating func expectResponse(toHEAD: Bool) { requests.append(toHEAD) }

  /// Whether nothing of a further response has come.
  package var isIdle: Bool {
    if case .idle = state { return true }
    return false
  }

  /// Takes the next raw bytes and returns the landmarks among them, in order.
  package mutating func scan(_ bytes: some Collection<UInt8>) -> [Landmark] {
    bytes.withSpan { scan($0) }
  }

  package mutating func scan(_ bytes: Span<UInt8>) -> [Landmark] {
    var landmarks: [Landmark] = []
    var position = 0
    heads.removeAll(keepingCapacity: true)
    while position < bytes.count {
      let start = position
      switch state {
      case .idle: begin(&landmarks)
      case .head: readHead(bytes, at: &position, &landmarks)
      case .length(let left):
        let taken = min(left, bytes.count - position)
        count(bytes, position..<(position + taken), from: rawCount, &landmarks)
        position += taken
        rawCount += taken
        state = .length(left: left - taken)
        if taken == left { end(&landmarks) }
      case .chunks(let decoder): readChunks(decoder, bytes, at: &position, &landmarks)
      case .untilClose:
        count(bytes, position..<bytes.count, from: rawCount, &landmarks)
        position = bytes.count
        rawCount += position - start
      case .blind: return landmarks
      }
    }
    return landmarks
  }

  /// What bytes are that lie within one body.
  struct Passage: Sendable {
    /// Events with data that end in them.
    var events = 0
    /// Runs of payload with framing in between; where the first begins and the last ends, in raw
    /// bytes of the message.
    var runs = 0
    var start = 0
    var end = 0

    fileprivate mutating func add(_ rawStart: Int, _ count: Int) {
      if runs == 0 { start = rawStart }
      runs += 1
      end = rawStart + count
    }
  }

  /// The events of the message so far; 0 if it is no event stream.
  var eventCount: Int { counter?.count ?? 0 }

  /// Takes bytes that all lie within the body of one message, as `scan` would, without a landmark
  /// for each thing in them: most reads of a stream are such bytes. Nil, and nothing is taken, if
  /// the message ends in them, breaks off in them, or if that event does.
  mutating func pass(_ bytes: Span<UInt8>, before event: Int) -> Passage? {
    var passage = Passage()
    var counter = counter
    var next = state
    switch state {
    case .blind: return passage
    case .idle, .head: return nil
    case .length(let left):
      guard bytes.count < left else { return nil }
      next = .length(left: left - bytes.count)
      passage.add(rawCount, bytes.count)
      counter?.feed(bytes)
    case .untilClose:
      passage.add(rawCount, bytes.count)
      counter?.feed(bytes)
    case .chunks(var decoder):
      var position = 0
      while let piece = decoder.next(in: bytes, at: &position) {
        passage.add(headEnd + piece.rawStart, piece.range.count)
        counter?.feed(bytes, piece.range)
      }
      guard decoder.isOpen else { return nil }
      next = .chunks(decoder)
    }
    let events = counter?.count ?? 0
    guard events < event else { return nil }
    passage.events = events - eventCount
    self.counter = counter
    state = next
    rawCount += bytes.count
    return passage
  }

  /// Tells that the peer closed: a body without framing of its own is complete with that.
  package mutating func close() -> [Landmark] {
    var landmarks: [Landmark] = []
    if case .untilClose = state { end(&landmarks) }
    state = .blind
    return landmarks
  }

  private mutating func begin(_ landmarks: inout [Landmark]) {
    responseOrigin += rawCount
    rawCount = 0
    headEnd = 0
    lineLength = 0
    head.removeAll(keepingCapacity: true)
    counter = nil
    state = .head
    landmarks.append(.responseStart)
  }

  private mutating func giveUp(_ landmarks: inout [Landmark]) {
    state = .blind
    head = []
    landmarks.append(.notHTTP)
  }

  private mutating func readHead(
    _ bytes: Span<UInt8>, at position: inout Int, _ landmarks: inout [Landmark]
  ) {
    while position < bytes.count {
      let byte = bytes[position]
      if side == .responses, head.count < Self.signature.count, byte != Self.signature[head.count] {
        return giveUp(&landmarks)
      }
      guard head.count < Limits.responseHeadBytes else { return giveUp(&landmarks) }
      head.append(byte)
      position += 1
      rawCount += 1
      if byte == .lf {
        if lineLength == 0 { return endHead(&landmarks) }
        lineLength = 0
      } else if byte != .cr {
        lineLength += 1
      }
    }
  }

  private mutating func endHead(_ landmarks: inout [Landmark]) {
    guard let parsed = parseHead() else { return giveUp(&landmarks) }
    headEnd = rawCount
    landmarks.append(.headEnd(status: parsed.status))
    var hasBody = true
    if case .none = parsed.framing { hasBody = false }
    heads.append(
      Head(
        end: headEnd, isEventStream: parsed.isEventStream, hasBody: hasBody, isHEAD: isHEAD))
    if parsed.status == 101 { return giveUp(&landmarks) }
    if side == .responses, parsed.status >= 200, !requests.isEmpty { requests.removeFirst() }
    if parsed.isEventStream { counter = EventCounter() }
    switch parsed.framing {
    case .none: end(&landmarks)
    case .length(let length): state = .length(left: length)
    case .chunked: state = .chunks(ChunkedDecoder())
    case .untilClose: state = .untilClose
    }
  }

  private mutating func parseHead() -> ResponseHead? {
    if side == .responses { return ResponseHead.parse(head.span, toHEAD: requests.first ?? false) }
    // Lenient, since the bytes are forwarded whatever we make of them.
    guard let parsed = MessageHead(head), let method = parsed.method, method != "CONNECT" else {
      return nil
    }
    isHEAD = method == "HEAD"
    let framing: ResponseHead.Framing =
      switch parsed.framing {
      case .chunked: .chunked
      case .length(let count): count == 0 ? .none : .length(count)
      case .untilClose: .none
      }
    return ResponseHead(status: 0, framing: framing, isEventStream: false)
  }

  private mutating func readChunks(
    _ decoder: ChunkedDecoder, _ bytes: Span<UInt8>, at position: inout Int,
    _ landmarks: inout [Landmark]
  ) {
    var decoder = decoder
    let before = decoder.rawCount
    while let piece = decoder.next(in: bytes, at: &position) {
      count(bytes, piece.range, from: headEnd + piece.rawStart, &landmarks)
    }
    rawCount += decoder.rawCount - before
    if decoder.failure != nil { return giveUp(&landmarks) }
    state = .chunks(decoder)
    if decoder.isComplete { end(&landmarks) }
  }

  /// Counts events in a run of body bytes whose first is raw byte `raw` of the response.
  private mutating func count(
    _ bytes: Span<UInt8>, _ range: Range<Int>, from raw: Int, _ landmarks: inout [Landmark]
  ) {
    if reportsData, !range.isEmpty {
      landmarks.append(.data(rawStart: raw, count: range.count))
    }
    var position = range.lowerBound
    while let end = counter?.next(in: bytes, at: &position, to: range.upperBound) {
      let rawEnd = raw + end - range.lowerBound
      landmarks.append(.event(number: counter?.count ?? 0, rawEnd: rawEnd))
    }
  }

  private mutating func end(_ landmarks: inout [Landmark]) {
    if counter?.finish() == true {
      landmarks.append(.event(number: counter?.count ?? 0, rawEnd: rawCount))
    }
    counter = nil
    landmarks.append(.responseEnd(rawEnd: rawCount))
    state = .idle
  }
}
