package import Core

/// Lets bytes through one by one, so that no read holds a whole anything.
package struct TrickleFault: Fault {
  package static let spec = FaultSpec(
    "trickle", "lets bytes through one by one",
    effect: .delays, placement: .span,
    parameters: [
      FaultParameter(
        "gap", .duration, preset: .duration(.milliseconds(10)), "between two bytes")
    ],
    example: "trickle 10ms at event(3)")

  private let gap: Nanoseconds
  /// When the next byte may go, planned from byte to byte and not from when they went.
  private var next: Instant?

  package init(_ rule: FaultRule) { gap = rule.duration("gap") }

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive else { return turn.send(chunk) }
    guard chunk.bytes.count > 1 else { return pass(chunk, &turn) }
    let (first, rest) = chunk.split(at: 1)
    pass(first, &turn)
    turn.again(rest)
  }

  private mutating func pass(_ byte: FaultChunk, _ turn: inout FaultTurn) {
    let due = max(next ?? byte.at, byte.at)
    next = due + gap
    turn.wait(until: due)
    turn.send(byte)
  }
}
