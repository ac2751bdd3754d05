import Core

/// Cuts the bytes of the server so that no piece reaches beyond a position that a rule names, and
/// counts the events in each piece.
///
/// An interim response (1xx) is no answer and passes as it is; therefore the first nine bytes of a
/// response wait for the tenth, the first digit of its status. A connection that does not speak
/// HTTP is one answer without events.
struct FaultCutter: Sendable {
  private enum State {
    case between
    /// Not enough of a response has come to know whether it is an answer; its first byte came then.
    case undecided([UInt8], since: Instant)
    case interim
    /// So many bytes of the answer have been cut.
    case answer(offset: Int)
  }

  private var state = State.between
  private var scanner = HTTPResponseScanner()
  private let eventCuts: Set<Int>
  private let byteCuts: [Int]
  private var elements: [FaultElement] = []

  /// Where the first digit of the status stands in `HTTP/1.1 200 OK`.
  private static let statusDigit = 9

  init(_ positions: [Position]) {
    eventCuts = Set(
      positions.compactMap { if case .event(let number) = $0 { number } else { nil } })
    byteCuts = positions.compactMap { if case .byte(let count) = $0 { count } else { nil } }
  }

  /// Whether the next bytes begin a response.
  var isBetween: Bool {
    if case .between = state { true } else { false }
  }

  mutating func expectHEAD() { scanner.expectResponse(toHEAD: true) }

  mutating func cut(_ bytes: [UInt8], nonce: Nonce?, at now: Instant) -> [FaultElement] {
    take(bytes, scanner.scan(bytes), nonce, now)
    defer { elements.removeAll() }
    return elements
  }

  /// The server ended its direction.
  mutating func close(nonce: Nonce?, at now: Instant) -> [FaultElement] {
    take([], scanner.close(), nonce, now)
    decide(with: [], isLast: true, nonce, now)
    defer { elements.removeAll() }
    return elements
  }

  private mutating func take(
    _ bytes: [UInt8], _ landmarks: [HTTPResponseScanner.Landmark], _ nonce: Nonce?, _ now: Instant
  ) {
    /// Up to where `bytes` have been cut, and that place as an offset in its response.
    var done = 0
    var doneRaw = cutSoFar
    var events: [(number: Int, end: Int)] = []
    for landmark in landmarks {
      switch landmark {
      case .responseStart:
        state = .undecided([], since: now)
        doneRaw = 0
      case .headEnd: break
      case .notHTTP:
        if case .undecided = state { break }
        if case .answer = state { break }
        // A switch of protocols: what follows its head is an answer of its own kind.
        elements.append(.start(nonce, at: now))
        state = .answer(offset: 0)
      case .event(let number, let rawEnd):
        events.append((number, rawEnd))
      case .responseEnd(let rawEnd):
        let end = done + rawEnd - doneRaw
        append(bytes[done..<end], events, nonce, now)
        if case .answer = state { elements.append(.end) }
        state = .between
        done = end
        events.removeAll()
      }
    }
    append(bytes[done...], events, nonce, now)
    if landmarks.contains(.notHTTP) { decide(with: [], isLast: true, nonce, now) }
  }

  /// How much of the response under way has been taken.
  private var interimBytes = 0
  private var cutSoFar: Int {
    switch state {
    case .between: 0
    case .undecided(let held, _): held.count
    case .interim: interimBytes
    case .answer(let offset): offset
    }
  }

  private mutating func append(
    _ bytes: ArraySlice<UInt8>, _ events: [(number: Int, end: Int)], _ nonce: Nonce?,
    _ now: Instant
  ) {
    switch state {
    case .undecided: decide(with: bytes, isLast: false, nonce, now, events)
    case .answer(let offset): cut(bytes, from: offset, events, now)
    case .between, .interim:
      interimBytes += bytes.count
      if !bytes.isEmpty {
        elements.append(.bytes(FaultChunk(.raw, bytes, events: 0, at: now)))
      }
    }
  }

  /// Settles whether a response is an answer, once its status is there or never will be.
  private mutating func decide(
    with bytes: ArraySlice<UInt8>, isLast: Bool, _ nonce: Nonce?, _ now: Instant,
    _ events: [(number: Int, end: Int)] = []
  ) {
    guard case .undecided(let held, let since) = state else { return }
    let all = held.isEmpty ? bytes : (held + bytes)[...]
    guard isLast || all.count > Self.statusDigit else {
      state = .undecided(Array(all), since: since)
      return
    }
    let digit = all.dropFirst(Self.statusDigit).first
    if digit == UInt8(ascii: "1"), all.starts(with: "HTTP/1.".utf8) {
      state = .interim
      interimBytes = 0
    } else {
      elements.append(.start(nonce, at: since))
      state = .answer(offset: 0)
    }
    append(all, events, nonce, now)
  }

  private mutating func cut(
    _ bytes: ArraySlice<UInt8>, from: Int, _ events: [(number: Int, end: Int)], _ now: Instant
  ) {
    guard !bytes.isEmpty || !events.isEmpty else { return }
    let to = from + bytes.count
    state = .answer(offset: to)
    var cuts = byteCuts.filter { $0 > from && $0 < to }
    cuts += events.filter { eventCuts.contains($0.number) && $0.end < to }.map(\.end)
    cuts.append(to)
    var low = from
    var counted = 0
    for high in Set(cuts).sorted() {
      let piece = bytes[(bytes.startIndex + low - from)..<(bytes.startIndex + high - from)]
      let count = events.count { $0.end <= high } - counted
      counted += count
      elements.append(.bytes(FaultChunk(.raw, piece, events: count, at: now)))
      low = high
    }
  }
}
