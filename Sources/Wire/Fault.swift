package import Core

/// One fault: a chunk in, what goes onto the wire out.
///
/// To add one, put a file into `Faults/` (what it says of itself, its settings and one method) and
/// a line into `Faults.all`. The pipeline calls `receive` for everything that flows past, in order,
/// and carries out what it answers before anything behind it moves. A fault owns its state; what it
/// draws comes from the turn's generator, never from another; it reads no clock but the turn's.
package protocol Fault: Sendable {
  static var spec: FaultSpec { get }
  /// What is wrong with settings that are each in range, or nil.
  static func problem(in rule: FaultRule) -> String?

  /// The rule is one of this fault, complete.
  init(_ rule: FaultRule)

  /// Appends what is to happen to `turn.actions`, in order. A chunk that is not sent is dropped;
  /// starts, ends and FINs pass by themselves once the actions have been carried out.
  mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn)
  /// It is taken away: sends what it has kept for itself, so that no byte is lost.
  mutating func withdraw(_ turn: inout FaultTurn)
  /// Takes other settings and goes on with what it has counted; false if it cannot, and a new one is
  /// to take its place.
  mutating func change(_ rule: FaultRule, _ turn: inout FaultTurn) -> Bool
  /// Whether it has begun what makes sense only if it sees the rest of the message: taken away, it
  /// stays until the end of that, so that what is on the wire keeps its framing.
  var isCommitted: Bool { get }
  /// What it keeps for itself; counts for the bound on what is held.
  var heldBytes: Int { get }
  /// Whether it now answers a raw chunk by sending it as it is, remembers nothing of it, limits no
  /// reads, and goes on so until something other than a chunk comes. It need not be shown those then.
  func passesChunks(isActive: Bool) -> Bool
  /// How many bytes may be read from the sender at `now`, and when more may be; nil for any.
  /// Asked for only while it is active, and as often as one likes.
  mutating func readLimit(at now: Instant) -> (bytes: Int, more: Instant)?
}

extension Fault {
  package static func problem(in rule: FaultRule) -> String? { nil }
  package mutating func withdraw(_ turn: inout FaultTurn) {}
  package mutating func change(_ rule: FaultRule, _ turn: inout FaultTurn) -> Bool { false }
  package var isCommitted: Bool { false }
  package var heldBytes: Int { 0 }
  package func passesChunks(isActive: Bool) -> Bool { false }
  package mutating func readLimit(at now: Instant) -> (bytes: Int, more: Instant)? { nil }
}

/// What comes to a fault.
package enum FaultInput: Hashable, Sendable {
  /// A message begins; its first byte is next. In the scope of a connection: a client was accepted,
  /// and the upstream has not been asked yet.
  case start
  /// The rule's position has come, and the draw was for it: everything up to it has passed. For a
  /// fault that takes whole events: the chunks of the event that follow next are meant.
  case position
  case chunk(FaultChunk)
  /// The message is complete.
  case end
  /// The sender ended its direction (FIN).
  case finish
  /// An instant that was asked for with `wake` has come.
  case timer
}

/// One call of a fault: what it may know, and what it wants done.
package struct FaultTurn: Sendable {
  package let now: Instant
  /// Seeded by (seed, rule, nonce of the exchange or ordinal of the connection).
  package var random: SplitMix64
  /// Whether a fault that goes on for a span is on: its position and its draw have come.
  package var isActive: Bool
  /// The dialect in which errors are written and events are understood.
  package let dialect: (any Dialect)?
  /// What the sender's head said of the length of the body, before it made room for edits.
  package let bodyLength: Int?
  package var actions: [FaultAction] = []

  package init(
    now: Instant, random: SplitMix64, isActive: Bool, dialect: (any Dialect)? = nil,
    bodyLength: Int? = nil
  ) {
    self.now = now
    self.random = random
    self.isActive = isActive
    self.dialect = dialect
    self.bodyLength = bodyLength
  }

  package mutating func send(_ chunk: FaultChunk) { actions.append(.send(chunk)) }
  package mutating func again(_ chunk: FaultChunk) { actions.append(.again(chunk)) }
  package mutating func wait(until instant: Instant) { actions.append(.wait(until: instant)) }
}

/// What a fault may do to the wire.
package enum FaultAction: Hashable, Sendable {
  case send(FaultChunk)
  /// Come back with this chunk when everything before has been carried out: a fault that makes many
  /// pieces of one answers for the first and asks for the rest, so that what it plans stays small.
  /// The last action of an answer.
  case again(FaultChunk)
  /// Nothing behind this passes before the instant.
  case wait(until: Instant)
  /// Nothing passes any more.
  case stall
  /// FIN to both peers.
  case close
  /// FIN to the receiver alone; nothing more passes in this direction, the other goes on.
  case halfClose
  /// RST to both peers, once what was sent has been delivered.
  case reset
  /// Calls again with `.timer` at the instant, whatever flows or is held by others, and behind what
  /// this fault itself waits for; one at a time, the last asked for.
  case wake(at: Instant)
  /// At `.start` of a connection only: RST to the client, or silence; the upstream is never asked.
  case refuse
  case ignore
}

/// A piece of one message on its way.
package struct FaultChunk: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// Bytes as they are on the wire, framing included. What a fault sends as this is not framed.
    case raw
    // While a fault edits, messages are taken apart, and framed anew at the end:
    /// The whole head of a message, its empty line included.
    case head
    /// Payload of the body without transfer coding, at most one event's (or of no event).
    case body
  }

  package var kind: Kind
  package var bytes: ArraySlice<UInt8>
  /// How many events with data have their last byte in it.
  package var events: Int
  /// The number of the event that a body chunk belongs to, from 1; nil for comments and for what is
  /// no event stream.
  package var event: Int?
  /// When it came to this fault: delays count from here, so that they do not add up along a stream.
  package var at: Instant

  package init(
    _ kind: Kind = .raw, _ bytes: ArraySlice<UInt8>, events: Int = 0, event: Int? = nil, at: Instant
  ) {
    self.kind = kind
    self.bytes = bytes
    self.events = events
    self.event = event
    self.at = at
  }

  /// Whether it is the last of its event.
  package var endsEvent: Bool { events > 0 }

  /// The piece up to `count` bytes and the rest; events stay with the rest.
  package func split(at count: Int) -> (FaultChunk, FaultChunk) {
    let middle = bytes.startIndex + count
    var first = self
    first.bytes = bytes[..<middle]
    first.events = 0
    var rest = self
    rest.bytes = bytes[middle...]
    return (first, rest)
  }
}
