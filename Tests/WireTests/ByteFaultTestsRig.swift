import Core
import Wire

/// One fault alone in virtual time: hands it what flows, carries out what it answers, and keeps
/// what came out and when.
struct FaultRig {
  struct Sent: Hashable {
    var chunk: FaultChunk
    var at: Instant
  }

  private(set) var fault: any Fault
  private(set) var now = Instant(nanoseconds: 1_000)
  private(set) var sent: [Sent] = []
  /// What it asked for besides sending, waiting and being called again.
  private(set) var others: [FaultAction] = []
  private(set) var wake: Instant?
  private var random: SplitMix64
  private var isActive: Bool
  private let dialect: (any Dialect)?

  init(
    _ literal: String, active: Bool = true, seed: UInt64 = 7, dialect: (any Dialect)? = nil
  ) {
    do {
      fault = Faults.fault(for: try FaultRule(literal))
    } catch {
      fatalError("\(literal): \(error)")
    }
    random = SplitMix64(seed: seed)
    isActive = active
    self.dialect = dialect
  }

  mutating func feed(_ inputs: FaultInput...) {
    for input in inputs {
      run { fault, turn in fault.receiveAll(input, &turn) }
    }
  }

  mutating func withdraw() { run { fault, turn in fault.withdraw(&turn) } }

  /// The position of a span comes.
  mutating func activate() {
    isActive = true
    feed(.position)
  }

  mutating func wait(_ time: Nanoseconds) { advance(to: now + time) }

  private mutating func advance(to end: Instant) {
    if let due = wake, due <= end {
      wake = nil
      now = max(now, due)
      feed(.timer)
    }
    now = max(now, end)
  }

  private mutating func run(_ call: (inout any Fault, inout FaultTurn) -> Void) {
    var turn = FaultTurn(now: now, random: random, isActive: isActive, dialect: dialect)
    call(&fault, &turn)
    random = turn.random
    for action in turn.actions {
      switch action {
      case .send(let chunk): sent.append(Sent(chunk: chunk, at: now))
      case .wait(let until): now = max(now, until)
      case .wake(let at): wake = at
      default: others.append(action)
      }
    }
  }

  func chunk(_ text: String, _ kind: FaultChunk.Kind = .raw, event: Int? = nil) -> FaultInput {
    .chunk(
      FaultChunk(
        kind, Array(text.utf8)[...], events: event == nil ? 0 : 1, event: event, at: now))
  }

  var text: String { String(decoding: sent.flatMap { $0.chunk.bytes }, as: UTF8.self) }
  var texts: [String] { sent.map { String(decoding: $0.chunk.bytes, as: UTF8.self) } }
  var instants: [Int64] { sent.map { $0.at.nanoseconds - 1_000 } }
}

/// A message that was taken apart, as the pipeline hands it to a fault.
struct PartedMessage {
  static let head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

  /// The head, then blocks of an event stream, those with data numbered.
  static func stream(_ blocks: [String], head: String = head) -> [FaultChunk] {
    let at = Instant(nanoseconds: 1_000)
    var chunks = [FaultChunk(.head, Array(head.utf8)[...], at: at)]
    var number = 0
    for block in blocks {
      let isEvent = block.hasPrefix("data") || block.hasPrefix("event")
      if isEvent { number += 1 }
      chunks.append(
        FaultChunk(
          .body, Array(block.utf8)[...], events: isEvent ? 1 : 0, event: isEvent ? number : nil,
          at: at))
    }
    return chunks
  }

  /// Each event of more than one byte in two pieces, the cut at that share of its length.
  static func cut(_ chunks: [FaultChunk], at share: Double) -> [FaultChunk] {
    chunks.flatMap { chunk in
      let place = Int(Double(chunk.bytes.count) * share)
      guard chunk.event != nil, place > 0, place < chunk.bytes.count else { return [chunk] }
      let (first, rest) = chunk.split(at: place)
      return [first, rest]
    }
  }
}

extension FaultRig {
  /// A whole message; the rule's position comes before the first piece of these events, or before
  /// the head for 0.
  mutating func play(_ chunks: [FaultChunk], positions: Set<Int> = []) {
    feed(.start)
    if positions.contains(0) { feed(.position) }
    var reached = 0
    for chunk in chunks {
      if let event = chunk.event, event > reached {
        reached = event
        if positions.contains(event) { feed(.position) }
      }
      feed(.chunk(chunk))
    }
    feed(.end)
  }

  /// What came of the payload.
  var body: String {
    String(
      decoding: sent.filter { $0.chunk.kind == .body }.flatMap { $0.chunk.bytes }, as: UTF8.self)
  }
}
