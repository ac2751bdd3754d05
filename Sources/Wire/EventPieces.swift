import Core

/// The pieces of the event under way, for faults that can judge an event only when it is whole.
struct EventPieces: Sendable {
  private var pieces: [FaultChunk] = []

  var count: Int { pieces.reduce(0) { $0 + $1.bytes.count } }
  var isEmpty: Bool { pieces.isEmpty }

  /// Takes the next piece of an event; whether the event is whole with it.
  mutating func take(_ piece: FaultChunk) -> Bool {
    pieces.append(piece)
    return piece.endsEvent
  }

  /// Gives away what it has.
  mutating func release() -> [FaultChunk] {
    defer { pieces = [] }
    return pieces
  }

  /// Lets everything pass but events, which are handed to `whole` as soon as they are; an event
  /// that never becomes whole passes as it is.
  mutating func receive(
    _ input: FaultInput, _ turn: inout FaultTurn,
    whole: ([FaultChunk], inout FaultTurn) -> Void
  ) {
    switch input {
    case .chunk(let chunk) where chunk.event != nil:
      if take(chunk) { whole(release(), &turn) }
    case .chunk(let chunk):
      turn.send(release())
      turn.send(chunk.preparedForEditing())
    case .end, .finish: turn.send(release())
    case .start, .position, .timer: break
    }
  }
}

extension [FaultChunk] {
  /// The bytes of all pieces, joined.
  var bytes: [UInt8] { flatMap(\.bytes) }

  /// All pieces as one, with other bytes.
  func joined(as bytes: [UInt8]) -> FaultChunk? {
    guard var chunk = last else { return nil }
    chunk.bytes = bytes[...]
    return chunk
  }
}

extension FaultTurn {
  mutating func send(_ chunks: [FaultChunk]) {
    for chunk in chunks { send(chunk) }
  }

  /// What the event says: in the dialect of the message, or in the one that most relays speak.
  func kinds(of event: [FaultChunk]) -> [NeutralEvent.Kind] {
    eventDialect.read(event.bytes).events.map(\.kind)
  }

  var eventDialect: any Dialect { dialect ?? OpenAIChat() }
}

extension FaultChunk {
  /// A head with room for a body of another length; everything else as it is.
  func preparedForEditing() -> FaultChunk {
    guard kind == .head, var head = MessageHead(bytes) else { return self }
    head.prepareForEditing()
    var chunk = self
    chunk.bytes = head.bytes[...]
    return chunk
  }
}

/// Tells the chunks of an event stream, comments included, from those of any other body.
struct EventStreamGate: Sendable {
  private var isOpen = false

  /// Whether the chunk is a piece of an event stream that can be read.
  mutating func lets(_ chunk: FaultChunk) -> Bool {
    switch chunk.kind {
    case .raw: return false
    case .head:
      isOpen = ResponseHead.parse(Array(chunk.bytes).span, toHEAD: false)?.isEventStream ?? false
      return false
    case .body:
      isOpen = isOpen || chunk.event != nil
      return isOpen
    }
  }
}
