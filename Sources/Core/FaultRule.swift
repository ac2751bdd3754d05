/// One fault as it is asked for: what happens, in which direction, at which place, how often.
///
/// Written as people say it: `reset at event(5)`, `pause 300ms at event(3)`,
/// `latency lognormal(p50=20ms, p99=200ms) p=0.1`, `bandwidth 50KB/s upstream`.
package struct FaultRule: Hashable, Sendable {
  package var leg: Leg
  /// The name of the fault, which `FaultSpec` describes.
  package var name: String
  /// Its settings by parameter name, complete: what was not written has its default.
  package var values: [String: FaultValue]
  package var effect: FaultEffect
  package var direction: FaultDirection
  /// Nil: from the start of the message on, or wherever the fault itself decides.
  package var position: Position?
  /// Only in these requests, counted from 1 in the order in which the proxy saw them begin.
  package var requests: ClosedRange<Int>?
  /// With which probability it strikes: drawn each time that its position comes, and once for a
  /// message (or connection) if it has none.
  package var probability: Double
  package var scope: FaultScope
  /// The words it was written in, for reports.
  package var text: String

  package init(
    leg: Leg, name: String, values: [String: FaultValue] = [:], effect: FaultEffect,
    direction: FaultDirection = .downstream, position: Position? = nil,
    requests: ClosedRange<Int>? = nil, probability: Double = 1, scope: FaultScope = .message,
    text: String
  ) {
    self.leg = leg
    self.name = name
    self.values = values
    self.effect = effect
    self.direction = direction
    self.position = position
    self.requests = requests
    self.probability = probability
    self.scope = scope
    self.text = text
  }
}

// Settings by name, of the kind their parameter declares: anything else is a fault in our code.
extension FaultRule {
  package func duration(_ name: String) -> Nanoseconds {
    guard case .duration(let value) = values[name] else { missing(name) }
    return value
  }

  package func distribution(_ name: String) -> Distribution {
    guard case .distribution(let value) = values[name] else { missing(name) }
    return value
  }

  package func number(_ name: String) -> Int {
    guard case .number(let value) = values[name] else { missing(name) }
    return value
  }

  package func share(_ name: String) -> Double {
    guard case .share(let value) = values[name] else { missing(name) }
    return value
  }

  package func text(_ name: String) -> String {
    guard case .text(let value) = values[name] else { missing(name) }
    return value
  }

  private func missing(_ parameter: String) -> Never {
    preconditionFailure("the fault \(name) has no such setting: \(parameter)")
  }
}

/// Leg A is between client and relay, leg B between relay and provider.
package enum Leg: String, Hashable, Sendable, CaseIterable, Codable {
  case a, b
}

/// Which way the bytes flow that a fault acts on.
package enum FaultDirection: String, Hashable, Sendable, CaseIterable, Codable {
  /// From client to server.
  case upstream
  /// From server to client.
  case downstream
}

/// What a fault lives as long as.
package enum FaultScope: Hashable, Sendable {
  /// One answer or request: its state and its draws begin anew with each.
  case message
  /// The connection, whatever flows on it: bytes are counted from its first.
  case connection
}

/// What a fault does to a stream in the end, for those who judge what came out.
package enum FaultEffect: String, Hashable, Sendable, CaseIterable, Codable {
  /// Every byte arrives, later.
  case delays
  /// Every byte arrives, in other pieces.
  case reshapes
  /// What is behind it never arrives, and the connection stays open.
  case silences
  /// What is behind it never arrives, and the receiver sees an end or a reset.
  case cuts
  /// Other bytes arrive than were sent.
  case edits

  /// Whether what is behind it never arrives.
  package var breaksOff: Bool { self == .silences || self == .cuts }
}

/// One setting of a fault.
package enum FaultValue: Hashable, Sendable {
  case duration(Nanoseconds)
  case distribution(Distribution)
  case number(Int)
  case share(Double)
  case text(String)
}

extension FaultRule {
  /// Whether it delays bytes that arrive in the end.
  package var holds: Bool { effect == .delays }
}
