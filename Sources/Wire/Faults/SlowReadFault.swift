package import Core

/// Reads from the sender no faster than this, so that the sender's own socket fills up and it meets
/// the back pressure of TCP (RFC 9293 section 3.8.6), as with a receiver that is too slow.
///
/// What is read passes at once. Reading is counted when it comes here: behind a fault that holds,
/// more may be read at first, and less for it later.
package struct SlowReadFault: Fault {
  package static let spec = FaultSpec(
    "slow-read", "reads so many bytes a second, and lets the sender feel it",
    effect: .delays, placement: .span,
    parameters: [FaultParameter("rate", .rate, "bytes a second")],
    example: "slow-read 10KB/s")

  private static let sliceTime = Nanoseconds.milliseconds(10)

  private var pace: Pace

  package init(_ rule: FaultRule) {
    pace = Pace(rate: rule.number("rate"), sliceTime: Self.sliceTime)
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    if turn.isActive { _ = pace.take(chunk.bytes.count, at: chunk.at) }
    turn.send(chunk)
  }

  package func readLimit(at now: Instant) -> (bytes: Int, more: Instant)? {
    if let free = pace.free, free > now { return (0, free) }
    return (pace.slice, now + Self.sliceTime)
  }
}
