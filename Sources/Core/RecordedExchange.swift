/// One request of a recording and the answer that came, as a replay needs them.
package struct RecordedExchange: Hashable, Sendable {
  /// Nil where the recording holds answers only.
  package var request: RecordedRequest?
  /// When the first byte of the request came, and when it was complete, since the recording began.
  package var startedAt: Nanoseconds
  package var requestedAt: Nanoseconds
  /// The answer, a piece for each read, as bytes for the wire.
  package var pieces: [RecordedPiece]
  /// What the server did behind the last piece; nil to keep the connection.
  package var end: RecordedClose?
  /// Whether the answer's framing was complete, so that a further request may follow.
  package var isWhole: Bool

  package init(
    request: RecordedRequest?, startedAt: Nanoseconds, requestedAt: Nanoseconds,
    pieces: [RecordedPiece] = [], end: RecordedClose? = nil, isWhole: Bool = false
  ) {
    self.request = request
    self.startedAt = startedAt
    self.requestedAt = requestedAt
    self.pieces = pieces
    self.end = end
    self.isWhole = isWhole
  }

  /// Whether there is anything to play: a request that reached nobody has no answer.
  package var isAnswered: Bool { !pieces.isEmpty || end != nil }
}

/// Bytes that came in one read.
package struct RecordedPiece: Hashable, Sendable {
  /// Since the request was complete; never less than zero.
  package var after: Nanoseconds
  package var bytes: [UInt8]

  package init(after: Nanoseconds, bytes: [UInt8]) {
    self.after = after
    self.bytes = bytes
  }
}

/// How a recorded server ended its connection.
package struct RecordedClose: Hashable, Sendable {
  package enum How: String, Hashable, Sendable {
    case fin, reset
    /// It did not: the client left first, and nothing more came until then.
    case silence
  }

  package var how: How
  /// Since the request was complete.
  package var after: Nanoseconds

  package init(how: How, after: Nanoseconds) {
    self.how = how
    self.after = after
  }
}
