/// One fault of a scenario: what happens, on which leg, at which position.
///
/// Written as people say it: `reset at event(5)`, `pause 300ms at event(3)`, `stall at byte(900)`,
/// `close at time(1s)`, `first-byte-delay 2s`.
package struct FaultRule: Hashable, Sendable {
  package var leg: Leg
  package var kind: FaultKind
  package var position: Position
  /// The words it was written in, for reports.
  package var text: String

  package init(leg: Leg, kind: FaultKind, position: Position, text: String) {
    self.leg = leg
    self.kind = kind
    self.position = position
    self.text = text
  }
}

extension FaultRule {
  /// Whether it delays bytes that arrive in the end.
  package var holds: Bool {
    switch kind {
    case .pause, .firstByteDelay: true
    case .stall, .close, .reset: false
    }
  }
}

/// Leg A is between client and relay, leg B between relay and provider.
package enum Leg: String, Hashable, Sendable, CaseIterable, Codable {
  case a, b
}

/// What a fault does to the answer that flows from the server to the client of its leg.
package enum FaultKind: Hashable, Sendable {
  /// Holds everything for this long, then goes on.
  case pause(Distribution)
  /// Holds the first byte of the answer.
  case firstByteDelay(Distribution)
  /// Lets nothing more pass, with the connection open.
  case stall
  /// FIN to both peers.
  case close
  /// RST to both peers, once what was sent before has been delivered.
  case reset

  package var name: String {
    switch self {
    case .pause: "pause"
    case .firstByteDelay: "first-byte-delay"
    case .stall: "stall"
    case .close: "close"
    case .reset: "reset"
    }
  }
}

/// A place in one answer.
package enum Position: Hashable, Sendable {
  /// After the last byte of the N-th event that carries data; the first is 1, comments do not count.
  case event(Int)
  /// After N bytes of the answer (head and framing included); 0 is before the first.
  case byte(Int)
  /// This long after the first byte of the answer; for a client that leaves: after its request.
  case time(Nanoseconds)
}

extension Position: CustomStringConvertible {
  package var description: String {
    switch self {
    case .event(let number): "event(\(number))"
    case .byte(let number): "byte(\(number))"
    case .time(let offset): "time(\(offset))"
    }
  }
}
