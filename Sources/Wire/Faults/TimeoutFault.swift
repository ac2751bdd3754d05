package import Core

/// Drops everything, and ends the connection when its time is over.
///
/// The time counts once, from when the fault became active; what is dropped does not start it anew.
/// A FIN of the sender waits for it as well. Withdrawing it ends the connection at once, because
/// what was dropped is missing from then on (the contract of Toxiproxy's `timeout`).
package struct TimeoutFault: Fault {
  package static let spec = FaultSpec(
    "timeout", "drops everything, and ends the connection after a while",
    effect: .cuts, placement: .span,
    parameters: [
      FaultParameter(
        "length", .duration, "after how long; with `cut=close`, 0 is never"),
      ConnectionCut.parameter([.close, .reset]),
    ],
    example: "timeout 5s cut=reset")

  private var length: Nanoseconds
  private var cut: ConnectionCut
  private var began: Instant?

  package init(_ rule: FaultRule) {
    length = rule.duration("length")
    cut = ConnectionCut(rule)
  }

  /// When the connection ends, once it is active; nil for never.
  private var due: Instant? {
    length == .zero && cut == .close ? nil : began.map { $0 + length }
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive && began == nil }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    if turn.isActive, began == nil {
      began = turn.now
      if let due { turn.actions.append(.wake(at: due)) }
    }
    switch input {
    case .chunk(let chunk) where began == nil: turn.send(chunk)
    case .timer:
      if let due, due <= turn.now { turn.actions.append(cut.action) }
    case .finish where began != nil:
      turn.actions += due.map { [.wait(until: $0), cut.action] } ?? [.stall]
    default: break
    }
  }

  /// The time goes on counting from when it began.
  package mutating func change(_ rule: FaultRule, _ turn: inout FaultTurn) -> Bool {
    length = rule.duration("length")
    cut = ConnectionCut(rule)
    if let due { turn.actions.append(.wake(at: due)) }
    return true
  }

  package func withdraw(_ turn: inout FaultTurn) {
    if began != nil { turn.actions.append(cut.action) }
  }
}
