import Core

/// Cuts what one side sends at every place that a rule names, and marks those places in the flow.
///
/// An interim response (1xx) is no answer and passes as it is; therefore the first nine bytes of a
/// response wait for the tenth, the first digit of its status. Bytes that may yet turn out to stand
/// behind a place (the zeros of a size line, for `before-last-chunk`) wait as well. A connection
/// that does not speak HTTP is one message without events.
struct FaultAnalyser: Sendable {
  enum State {
    case between
    /// Not enough of a response has come to know whether it is an answer; its first byte came then.
    case undecided(since: Instant)
    case interim
    case message
  }

  private let readsHTTP: Bool
  private let side: HTTPMessageScanner.Side
  private var scanner: HTTPMessageScanner
  private(set) var state = State.between
  private(set) var places: FaultPlaces
  private var body: BodyPlaces
  private var parts: MessageParts?
  /// Messages that have begun.
  private(set) var messages = 0
  private(set) var eventsSeen = 0

  /// What has come of the message under way and was not handed on, and where that begins.
  private var pending: [UInt8] = []
  private var pendingFrom = 0
  private var marks: [FaultMark] = []
  private var events: [(number: Int, end: Int)] = []
  private var items: [FlowItem] = []
  private var heads: [Bool] = []

  /// Where the first digit of the status stands in `HTTP/1.1 200 OK`.
  private static let statusDigit = 9

  init(_ side: HTTPMessageScanner.Side, places: FaultPlaces, readsHTTP: Bool) {
    self.side = side
    self.places = places
    self.readsHTTP = readsHTTP
    scanner = HTTPMessageScanner(side, reportsData: true)
    body = BodyPlaces(places)
  }

  /// Whether the next bytes begin a message.
  var isBetween: Bool { if case .between = state { true } else { false } }

  /// Of each request whose head is complete since the last call: whether it is a HEAD.
  mutating func takeHeads() -> [Bool] {
    defer { heads.removeAll(keepingCapacity: true) }
    return heads
  }

  /// In the order of the requests.
  mutating func expectResponse(toHEAD: Bool) { scanner.expectResponse(toHEAD: toHEAD) }

  /// Other places count from here on; what has passed is not looked at again.
  mutating func change(_ places: FaultPlaces) {
    self.places = places
    body.change(places)
    parts?.change(places)
  }

  /// - Parameter exchange: names the message that begins next, should one begin.
  mutating func cut(_ bytes: [UInt8], exchange: FaultMessage, at now: Instant) -> [FlowItem] {
    if readsHTTP {
      take(bytes, scanner.scan(bytes), exchange, now)
    } else {
      if isBetween { begin(exchange, now) }
      pending = bytes
      flush(to: pendingFrom + bytes.count, now)
    }
    defer { items.removeAll(keepingCapacity: true) }
    return items
  }

  /// Takes bytes in the middle of a message among which no rule waits for a place, so that they are
  /// one chunk as they are, and says how many events end in them. Nil, and nothing is taken, for
  /// any others.
  mutating func pass(_ bytes: Span<UInt8>) -> Int? {
    let end = pendingFrom + bytes.count
    guard case .message = state, parts == nil, pending.isEmpty, marks.isEmpty, events.isEmpty,
      !places.mayCome(from: pendingFrom, to: end, foundToken: body.foundToken)
    else { return nil }
    var count = 0
    if readsHTTP {
      let next = places.nextEvent(after: scanner.eventCount)
      guard let passage = scanner.pass(bytes, before: next) else { return nil }
      body.pass(passage)
      count = passage.events
      eventsSeen += count
    }
    pendingFrom = end
    return count
  }

  /// The sender ended its direction.
  mutating func close(exchange: FaultMessage, at now: Instant) -> [FlowItem] {
    if readsHTTP { take([], scanner.close(), exchange, now) }
    decide(exchange, isLast: true, now)
    flush(to: pendingFrom + pending.count, now)
    if parts != nil { endParts(isWhole: false, now) }
    defer { items.removeAll(keepingCapacity: true) }
    return items
  }

  private mutating func take(
    _ bytes: [UInt8], _ landmarks: [HTTPMessageScanner.Landmark], _ exchange: FaultMessage,
    _ now: Instant
  ) {
    var scanned = scanner.heads[...]
    if pending.isEmpty { pending = bytes } else { pending += bytes }
    for landmark in landmarks {
      switch landmark {
      case .responseStart:
        state = .undecided(since: now)
        pendingFrom = 0
        body = BodyPlaces(places)
      case .headEnd(let status):
        decide(exchange, isLast: false, now)
        guard let head = scanned.popFirst() else { break }
        body.headEnds(at: head.end)
        if side == .requests { heads.append(head.isHEAD) }
        if status != 101, case .message = state { endHead(head, now) }
      case .data(let rawStart, let count):
        let from = pending.startIndex + rawStart - pendingFrom
        body.data(
          pending[from..<(from + count)], rawStart: rawStart, keepsRun: parts != nil, into: &marks)
      case .notHTTP: giveUp(exchange, now)
      case .event(let number, let rawEnd):
        eventsSeen += 1
        events.append((number, rawEnd))
        body.event(number, rawEnd: rawEnd, into: &marks)
      case .responseEnd(let rawEnd):
        decide(exchange, isLast: true, now)
        end(rawEnd, now)
      }
    }
    decide(exchange, isLast: false, now)
    flush(to: pendingFrom + pending.count - withheld, now)
  }

  /// How many bytes at the end may stand behind a place that is not known yet.
  private var withheld: Int {
    switch state {
    case .undecided: pending.count
    case .message where parts == nil:
      body.openZeros(upTo: pendingFrom + pending.count, last: pending.suffix(64))
    case .message: parts?.isHeadOpen == true ? pending.count : 0
    case .between, .interim: 0
    }
  }

  /// Settles whether a response is an answer, once its status is there or never will be.
  private mutating func decide(_ exchange: FaultMessage, isLast: Bool, _ now: Instant) {
    guard case .undecided(let since) = state else { return }
    guard isLast || pending.count > Self.statusDigit || side == .requests else { return }
    let digit = pending.dropFirst(Self.statusDigit).first
    if side == .responses, digit == UInt8(ascii: "1"), pending.starts(with: "HTTP/1.".utf8) {
      state = .interim
    } else {
      begin(exchange, since)
    }
  }

  private mutating func begin(_ exchange: FaultMessage, _ since: Instant) {
    var message = exchange
    message.ordinal = messages
    message.startedAt = since
    message.isTakenApart = places.takesApart && readsHTTP
    messages += 1
    state = .message
    if message.isTakenApart {
      parts = MessageParts(places, message: message)
    } else {
      items.append(.start(message))
      for rule in places.atStart { items.append(.mark(rule: rule)) }
    }
  }

  private mutating func endHead(_ head: HTTPMessageScanner.Head, _ now: Instant) {
    guard parts != nil else { return }
    let end = head.end - pendingFrom
    parts?.head(
      pending[..<end], hasBody: head.hasBody, isEventStream: head.isEventStream, at: now,
      into: &items)
    drop(end)
  }

  /// A switch of protocols, or no HTTP from the start: what follows is a message of its own kind.
  private mutating func giveUp(_ exchange: FaultMessage, _ now: Instant) {
    switch state {
    case .interim, .between:
      flush(to: scanner.headEnd, now)
      begin(exchange, now)
      parts = nil
    case .undecided: decide(exchange, isLast: true, now)
    case .message: break
    }
    guard parts != nil else { return }
    // What cannot be framed passes as it is.
    parts?.abandon(into: &items)
    parts = nil
  }

  private mutating func end(_ rawEnd: Int, _ now: Instant) {
    flush(to: rawEnd, now)
    if case .message = state {
      if parts != nil { endParts(isWhole: true, now) } else { items.append(.end) }
    }
    state = .between
    pendingFrom = 0
    marks.removeAll()
    events.removeAll()
  }

  private mutating func endParts(isWhole: Bool, _ now: Instant) {
    parts?.end(isWhole: isWhole, at: now, into: &items)
    parts = nil
  }

  private mutating func drop(_ count: Int) {
    pending.removeFirst(min(count, pending.count))
    pendingFrom += count
  }

  /// Hands on what is pending up to an offset of the message, cut at its marks.
  private mutating func flush(to end: Int, _ now: Instant) {
    defer {
      if case .between = state { pendingFrom = 0 }
    }
    let from = pendingFrom
    guard end > from || !marks.isEmpty else { return }
    if parts != nil {
      takeApart(to: end, now)
    } else if case .message = state {
      places.cut(from: from, to: end, into: &marks)
      body.framing(from: from, to: end, bytes: pending[...], into: &marks)
      hand(to: end, now)
    } else if end > from {
      items.append(.chunk(FaultChunk(.raw, pending[..<(end - from)], at: now)))
    }
    if end - from == pending.count {
      pending = []
      pendingFrom = end
    } else {
      drop(end - from)
    }
  }

  /// Raw pieces between the marks, each with the events that end in it.
  private mutating func hand(to end: Int, _ now: Instant) {
    let from = pendingFrom
    if marks.isEmpty {
      let count = events.count
      events.removeAll(keepingCapacity: true)
      items.append(.chunk(FaultChunk(.raw, pending[..<(end - from)], events: count, at: now)))
      return
    }
    marks.sort()
    var low = from
    var counted = 0
    func piece(to high: Int) {
      guard high > low else { return }
      let count = events.count { $0.end <= high } - counted
      counted += count
      items.append(
        .chunk(
          FaultChunk(.raw, pending[(low - from)..<(high - from)], events: count, at: now)))
      low = high
    }
    for mark in marks where mark.offset <= end {
      piece(to: max(from, mark.offset))
      items.append(.mark(rule: mark.rule))
    }
    piece(to: end)
    marks.removeAll { $0.offset <= end }
    events.removeFirst(counted)
  }

  private mutating func takeApart(to end: Int, _ now: Instant) {
    guard parts?.isHeadOpen == false else { return }
    places.cut(from: pendingFrom, to: end, into: &marks)
    marks.sort()
    for run in body.takeRuns() {
      let low = run.lowerBound - pendingFrom
      parts?.body(
        pending[low..<(low + run.count)], rawStart: run.lowerBound, marks: &marks, at: now,
        into: &items)
    }
    parts?.marksInFraming(upTo: end, marks: &marks, into: &items)
    events.removeAll(keepingCapacity: true)
  }
}
