package import Core

/// The faults of one leg on the way from server to client of one connection: bytes in, what to do
/// with them out. Pure: instants are handed in, and deadlines are data (`nextDue`).
///
/// What has come waits in one queue with one head. Each piece passes the faults in the order of
/// the rules; a fault that holds, holds the head, so that nothing is overtaken, and no rule can
/// strike at a place that has not passed. The clock goes on meanwhile: a fault at `time(T)` also
/// strikes while another holds, and ends a stall. A rule strikes once in each answer of a
/// connection. At one and the same instant the clock comes before the bytes.
package struct FaultPipeline: Sendable {
  /// What the driver is to do, in order.
  package enum Action: Hashable, Sendable {
    case send(ArraySlice<UInt8>)
    /// A rule struck; what it does follows.
    case struck(FaultStrike)
    /// Pass the server's FIN on.
    case finish
    /// Pass the server's reset on, once everything before has been delivered.
    case abort
    /// FIN to both peers, RST to both peers; nothing comes after either.
    case close
    case reset
  }

  /// How positions are found.
  package enum Reading: Hashable, Sendable {
    /// By reading HTTP/1.1 responses as they pass.
    case http
    /// The bytes mean nothing (TLS): the client tells how far it has decoded.
    case told
  }

  private let reading: Reading
  private var cutter: FaultCutter
  private var requests = NonceScanner()
  /// The first bytes of the request under way.
  private var method: [UInt8] = []
  private static let head = Array("HEAD ".utf8)
  private var line: FaultLine
  /// In `told`: whether the next byte is the first of an answer.
  private var awaitsFirstByte = true
  /// In `told`: whether the client says when its requests start, and so how far they have come.
  private var clientTells = false

  /// - Parameters:
  ///   - rules: all rules of the scenario; those of the other leg are passed over, but counted,
  ///     since rule number k draws from `RandomRule.fault + k`.
  ///   - connection: the ordinal of the connection, which seeds answers without a nonce.
  package init(
    rules: [FaultRule], leg: Leg, seed: UInt64, connection: Int, reading: Reading = .http
  ) {
    self.reading = reading
    line = FaultLine(rules: rules, leg: leg, seed: seed, connection: connection)
    cutter = FaultCutter(line.positions)
  }

  package var nextDue: Instant? { line.nextDue }
  /// Bytes that came and were not let through yet; the driver stops reading when there are many.
  package var heldBytes: Int { line.heldBytes }
  package var isStalled: Bool { line.isStalled }
  /// The connection was cut: nothing passes any more, and there is nothing to wait for.
  package var isOver: Bool { line.isOver }

  /// Looks at what the client sends, for the nonce that names the exchange.
  package mutating func requestBytes(_ bytes: some Sequence<UInt8>) {
    guard reading == .http, !line.isEmpty else { return }
    if cutter.isBetween, method.count < Self.head.count {
      method.append(contentsOf: bytes.prefix(Self.head.count - method.count))
      // The answer to a HEAD says how long a body would be that does not come.
      if method == Self.head { cutter.expectHEAD() }
    }
    guard requests.found == nil else { return }
    requests.scan(bytes)
    line.lateNonce = requests.found
  }

  /// Bytes came from the server.
  package mutating func receive(_ bytes: [UInt8], at now: Instant) -> [Action] {
    guard !line.isEmpty else { return [.send(bytes[...])] }
    switch reading {
    case .http:
      for element in cutter.cut(bytes, nonce: requests.found, at: now) {
        if case .end = element { expectRequest() }
        line.put(element)
      }
    case .told:
      if awaitsFirstByte {
        awaitsFirstByte = false
        line.put(.toldStart(at: clientTells ? nil : now))
      }
      line.put(.toldBytes(FaultChunk(.raw, bytes[...], events: 0, at: now)))
    }
    return line.run(at: now)
  }

  private mutating func expectRequest() {
    requests = NonceScanner()
    method.removeAll()
  }

  /// `nextDue` has come.
  package mutating func timerFired(at now: Instant) -> [Action] { line.run(at: now) }

  /// Nothing more will come: the server ended its direction, or reset the connection.
  package mutating func endOfStream(reset: Bool = false, at now: Instant) -> [Action] {
    guard !line.isEmpty else { return [reset ? .abort : .finish] }
    if reading == .http {
      for element in cutter.close(nonce: requests.found, at: now) { line.put(element) }
    }
    line.put(reset ? .abort : .finish)
    return line.run(at: now)
  }

  /// In `told`: the client sends a request on this connection now; rules may strike again.
  ///
  /// From here on `time(T)` counts from the first byte that the client decodes, because the first
  /// bytes after a request can be TLS session tickets.
  package mutating func requestStarts(nonce: Nonce) {
    guard reading == .told else { return }
    awaitsFirstByte = true
    clientTells = true
    line.expectToldAnswer(nonce)
  }

  /// In `told`: the client has decoded so much of the answer so far; acts at once on positions
  /// that this reaches.
  package mutating func clientDecoded(events: Int, bytes: Int, nonce: Nonce, at now: Instant)
    -> [Action]
  {
    guard reading == .told, !line.isEmpty else { return [] }
    line.tell(nonce, events: events, bytes: bytes, at: now)
    return line.run(at: now)
  }
}

/// That a rule struck: when, and how much of the answer had been let through.
package struct FaultStrike: Hashable, Sendable {
  package var rule: FaultRule
  package var nonce: Nonce?
  package var at: Instant
  package var bytesBefore: Int
  package var eventsBefore: Int

  package init(
    rule: FaultRule, nonce: Nonce?, at: Instant, bytesBefore: Int, eventsBefore: Int
  ) {
    self.rule = rule
    self.nonce = nonce
    self.at = at
    self.bytesBefore = bytesBefore
    self.eventsBefore = eventsBefore
  }
}
