package import Core

/// Gathers what passes and writes it as one, as a relay does that fills its buffer first.
///
/// In a message that is taken apart the result may be a piece of several events, so it stands
/// behind the faults that take hold of single ones.
package struct CoalesceFault: Fault {
  package static let spec = FaultSpec(
    "coalesce", "gathers what passes into large writes",
    effect: .reshapes, placement: .span,
    parameters: [
      FaultParameter("size", .size(1...Limits.bodyBytes), "bytes after which all go"),
      FaultParameter(
        "within", .duration, preset: .duration(.milliseconds(10)),
        "how long the first of them waits at most"),
    ],
    example: "coalesce 4KB within=50ms")

  package static func problem(in rule: FaultRule) -> String? {
    rule.number("size") < 1 ? "the `size` to gather is at least 1 byte" : nil
  }

  private let size: Int
  private let within: Nanoseconds
  private var gathered: FaultChunk?
  private var due = Instant(nanoseconds: 0)

  package init(_ rule: FaultRule) {
    size = rule.number("size")
    within = rule.duration("within")
  }

  package var heldBytes: Int { gathered?.bytes.count ?? 0 }

  package func passesChunks(isActive: Bool) -> Bool { !isActive && gathered == nil }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk) where turn.isActive && chunk.kind != .head: gather(chunk, &turn)
    case .chunk(let chunk):
      flush(&turn)
      turn.send(chunk)
    case .timer where turn.now < due: break
    case .end, .finish, .timer: flush(&turn)
    case .start, .position: break
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { flush(&turn) }

  private mutating func gather(_ chunk: FaultChunk, _ turn: inout FaultTurn) {
    if gathered?.kind != chunk.kind { flush(&turn) }
    if gathered == nil {
      gathered = chunk
      due = turn.now + within
      if chunk.bytes.count < size { turn.actions.append(.wake(at: due)) }
    } else {
      gathered?.bytes += chunk.bytes
      gathered?.events += chunk.events
      gathered?.event = chunk.event
    }
    if heldBytes >= size { flush(&turn) }
  }

  private mutating func flush(_ turn: inout FaultTurn) {
    if let gathered { turn.send(gathered) }
    gathered = nil
  }
}
