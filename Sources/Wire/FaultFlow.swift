package import Core

/// What flows through the faults of one direction, in order.
enum FlowItem: Hashable, Sendable {
  /// A message begins.
  case start(FaultMessage)
  case chunk(FaultChunk)
  /// A place that the rule of that number waits for.
  case mark(rule: Int)
  case end
  /// The sender ended its direction: with FIN, or by a reset.
  case finish
  case abort
  /// A fault ends what comes behind; nothing follows.
  case cut(FaultAction, FaultStrike)
  // Told at once, whatever holds behind: a rule has struck; its message is over, and so much of it
  // has passed the rule in all.
  case struck(FaultStrike)
  case settled(id: Int, bytes: Int, events: Int)

  var bytes: Int { if case .chunk(let chunk) = self { chunk.bytes.count } else { 0 } }
}

/// One message of a connection, as the faults know it.
struct FaultMessage: Hashable, Sendable {
  /// Its number on the connection in its direction, from 0.
  var ordinal: Int
  /// The number of its request among all that the proxy has seen begin, from 1; 0 if unknown.
  var request: Int
  /// The exchange it belongs to; a nonce may become known after the message began.
  var nonce: Nonce?
  /// When its first byte came; nil if a client tells, and has not yet.
  var startedAt: Instant?
  /// Whether it comes in head, payload and end, or as raw bytes.
  var isTakenApart = false
  var hasBody = true
  /// What its head says, if it is taken apart.
  var bodyLength: Int?
}

/// That a rule struck: when, and how much of the message its stage had let through.
package struct FaultStrike: Hashable, Sendable {
  package var rule: FaultRule
  /// The number that the rule was installed with.
  package var id: Int
  package var nonce: Nonce?
  /// The request's number among all that the proxy has seen, from 1; 0 if it read no requests.
  package var request: Int
  /// The message's number on its connection and in its direction.
  package var message: Int
  /// When it was to strike, and when it did.
  package var planned: Instant
  package var at: Instant
  package var bytesBefore: Int
  package var eventsBefore: Int
}

/// First in, first out, with a head that moves: a queue of the items before one fault.
struct FlowQueue: Sendable {
  private var items: [FlowItem] = []
  private var head = 0
  private(set) var bytes = 0

  var isEmpty: Bool { head == items.count }

  mutating func put(_ item: FlowItem) {
    bytes += item.bytes
    items.append(item)
  }

  mutating func take() -> FlowItem? {
    guard head < items.count else { return nil }
    let item = items[head]
    // What has been taken must not keep its bytes here.
    items[head] = .end
    bytes -= item.bytes
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: items.capacity <= Self.keptCapacity)
      head = 0
    } else if head > Self.keptCapacity, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return item
  }

  /// A queue that was longer gives its memory back.
  private static let keptCapacity = 64
}
