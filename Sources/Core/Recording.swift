/// Traffic as it was seen: every read with its instant and its bytes, one entry a line of the file.
package struct Recording: Hashable, Sendable {
  /// The version of relaymark that wrote it, or the name of the format it was imported from.
  package var tool: String
  /// When the recording began: RFC 3339, UTC. Entries count from there, on CLOCK_MONOTONIC.
  package var startedAt: String
  /// In the order of the file: in order within one direction of a connection, and across them by
  /// `at` alone, since a read that may hold half of a secret waits for the next.
  package var entries: [RecordingEntry]
  /// Whether the last line was cut in half, as a kill in mid-write leaves it.
  package var isCut: Bool
  /// How many lines could not be written, for want of disk space or speed.
  package var lostLines: Int
  /// What a reader should know of an import: what its format does not hold.
  package var notes: [String]

  package init(
    tool: String, startedAt: String, entries: [RecordingEntry] = [], isCut: Bool = false,
    lostLines: Int = 0, notes: [String] = []
  ) {
    self.tool = tool
    self.startedAt = startedAt
    self.entries = entries
    self.isCut = isCut
    self.lostLines = lostLines
    self.notes = notes
  }
}

/// What happened on one connection at one instant.
package struct RecordingEntry: Hashable, Sendable {
  package var connection: Int
  /// Since the recording began.
  package var at: Nanoseconds
  package var event: RecordedEvent

  package init(connection: Int, at: Nanoseconds, event: RecordedEvent) {
    self.connection = connection
    self.at = at
    self.event = event
  }
}

/// One thing that happened on a connection.
package enum RecordedEvent: Hashable, Sendable {
  /// A client was accepted, or (in the layer of bodies) a request was begun.
  case open(client: String, upstream: String, layer: RecordedLayer)
  /// One read, as it came from its sender; secrets in it are asterisks of the same length.
  case read(FaultDirection, [UInt8])
  /// The number-th request of the connection is complete.
  case request(RecordedRequest, number: Int)
  /// The head of an answer, in the layer of bodies only: on the wire it is among the reads.
  case response(status: Int, version: String, headers: [HeaderField])
  /// Nothing more comes in this direction.
  case end(FaultDirection, RecordedEnd)
  case fault(RecordedFault)
  case close
}

/// What the reads of a connection are.
package enum RecordedLayer: String, Hashable, Sendable, CaseIterable {
  /// Bytes as they came out of the socket, heads and framing included.
  case wire
  /// The body of one answer with transfer and content coding undone, as a client gets it.
  case body
}

/// A request with its transfer coding undone.
package struct RecordedRequest: Hashable, Sendable {
  package var method: String
  package var target: String
  package var headers: [HeaderField]
  package var body: [UInt8]

  package init(method: String, target: String, headers: [HeaderField], body: [UInt8]) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}

/// How a proxied direction ended.
package enum StreamEnding: String, Hashable, Sendable, CaseIterable {
  /// The sender's FIN.
  case fin
  /// The sender's RST, or another failure of its socket.
  case reset
  /// The proxy cut it: a fault, or its own end.
  case cut
}

/// How a recorded direction ended.
package enum RecordedEnd: Hashable, Sendable {
  case stream(StreamEnding)
  /// The answer is whole (the layer of bodies).
  case complete
  /// It is not, and why (the layer of bodies).
  case failed(EndCondition)

  package init?(_ text: String) {
    if let ending = StreamEnding(rawValue: text) {
      // A reset is the same whichever layer saw it.
      self = .stream(ending)
    } else if let condition = EndCondition(rawValue: text) {
      self = .failed(condition)
    } else if text == "complete" {
      self = .complete
    } else {
      return nil
    }
  }

  package var text: String {
    switch self {
    case .stream(let ending): ending.rawValue
    case .complete: "complete"
    case .failed(let condition): condition.rawValue
    }
  }
}

/// A fault that was carried out on a recorded connection.
package struct RecordedFault: Hashable, Sendable {
  package var leg: Leg
  /// The words of the rule.
  package var rule: String
  package var kind: String
  /// What of the message had passed before it: bytes, and events with data.
  package var bytesBefore: Int
  package var eventsBefore: Int

  package init(leg: Leg, rule: String, kind: String, bytesBefore: Int, eventsBefore: Int) {
    self.leg = leg
    self.rule = rule
    self.kind = kind
    self.bytesBefore = bytesBefore
    self.eventsBefore = eventsBefore
  }
}
