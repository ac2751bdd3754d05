import Core
import Wire

/// One fault and the framer behind it, fed with an answer that was taken apart; keeps what would
/// be on the wire.
struct HTTPFaultHarness {
  static let streamHead =
    "HTTP/1.1 200 OK\r\nDate: today\r\ncontent-type: text/event-stream\r\n"
    + "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
  static let events = (1...3).map { "data: {\"n\":\($0)}\n\n" }
  static let body = events.joined()

  private(set) var fault: any Fault
  private var framer = MessageFramer(.downstream)
  private var random = SplitMix64(seed: 7)
  private var waiting: [FaultInput] = []
  private var bodyLength: Int?
  private(set) var now = Instant(nanoseconds: 1_000)
  private(set) var due: Instant?
  private(set) var heldUntil: Instant?
  private(set) var wire: [UInt8] = []
  private(set) var actions: [FaultAction] = []
  private(set) var mustClose = false
  private(set) var eventsPassed = 0
  var isActive = true
  var dialect: (any Dialect)?

  init(_ literal: String) throws { fault = Faults.fault(for: try FaultRule(literal)) }

  /// A whole answer through a fresh fault, its position having come behind the given number of
  /// chunks, head included.
  static func answer(
    _ literal: String, head: String = streamHead, body: [String] = events, isActive: Bool = true,
    toHEAD: Bool = false, position: Int? = nil
  ) throws -> HTTPFaultHarness {
    var harness = try HTTPFaultHarness(literal)
    harness.isActive = isActive
    harness.start(toHEAD: toHEAD)
    if position == 0 { harness.give(.position) }
    harness.head(head)
    if position == 1 { harness.give(.position) }
    for (number, event) in body.enumerated() {
      harness.event(event, number + 1)
      if position == number + 2 { harness.give(.position) }
    }
    harness.give(.end)
    return harness
  }

  var text: String { String(decoding: wire, as: UTF8.self) }
  var isClosed: Bool { actions.contains(.close) }

  mutating func start(toHEAD: Bool = false) {
    framer.start(toHEAD: toHEAD)
    give(.start)
  }

  /// As the analyser hands it on, with room for edits.
  mutating func head(_ text: String) {
    var head = MessageHead(Array(text.utf8))
    if case .length(let length) = head?.framing { bodyLength = length }
    head?.prepareForEditing()
    let text = head.map { String(decoding: $0.bytes, as: UTF8.self) } ?? text
    give(.chunk(FaultChunk(.head, Array(text.utf8)[...], at: now)))
  }

  mutating func event(_ text: String, _ number: Int) {
    give(.chunk(FaultChunk(.body, Array(text.utf8)[...], events: 1, event: number, at: now)))
  }

  /// As a stage does it: what comes while the fault holds waits.
  mutating func give(_ input: FaultInput) {
    if heldUntil != nil {
      waiting.append(input)
      return
    }
    call { $0.receiveAll(input, &$1) }
    guard input == .end, !isClosed else { return }
    let (bytes, mustClose) = framer.end()
    wire += bytes
    self.mustClose = mustClose
  }

  mutating func wake() {
    guard let due else { return }
    now = due
    self.due = nil
    heldUntil = nil
    call { $0.receive(.timer, &$1) }
  }

  /// Taken away: everything passes by it from here on.
  mutating func withdraw() {
    call { $0.withdraw(&$1) }
    heldUntil = nil
    for input in waiting {
      if case .chunk(let chunk) = input { wire += framer.frame(chunk) }
      if input == .end { wire += framer.end().bytes }
    }
    waiting.removeAll()
  }

  private mutating func call(_ body: (inout any Fault, inout FaultTurn) -> Void) {
    var turn = FaultTurn(
      now: now, random: random, isActive: isActive, dialect: dialect, bodyLength: bodyLength)
    body(&fault, &turn)
    random = turn.random
    for action in turn.actions {
      switch action {
      case .send(let chunk):
        wire += framer.frame(chunk)
        eventsPassed += chunk.events
      case .wait(let until): heldUntil = until
      case .wake(let instant): due = instant
      default: actions.append(action)
      }
    }
  }
}

/// One answer as a strict client reads it off the wire.
struct ReadAnswer {
  var head: MessageHead
  var payload: [UInt8]
  /// Nil if the body is complete.
  var failure: String?
  /// What stands behind the answer.
  var rest: [UInt8]

  /// Nil if there is no whole head.
  init?(_ wire: [UInt8]) {
    guard let end = Self.headEnd(wire), let head = MessageHead(wire[..<end]) else { return nil }
    self.head = head
    let coded = Array(wire[end...])
    switch head.framing {
    case .length(let count):
      payload = Array(coded.prefix(count))
      rest = Array(coded.dropFirst(count))
      failure = coded.count < count ? "too short" : nil
    case .chunked:
      var decoder = ChunkedDecoder()
      payload = decoder.feed(coded).flatMap { coded[$0.range] }
      rest = Array(coded[decoder.rawCount...])
      failure = decoder.failure?.message ?? (decoder.isComplete ? nil : "incomplete")
    case .untilClose:
      payload = coded
      rest = []
    }
  }

  var text: String { String(decoding: payload, as: UTF8.self) }

  func field(_ name: String) -> String? {
    head.values(of: name).last.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func headEnd(_ wire: [UInt8]) -> Int? {
    let blank = Array("\r\n\r\n".utf8)
    return wire.indices.first { wire[$0...].starts(with: blank) }.map { $0 + blank.count }
  }
}
