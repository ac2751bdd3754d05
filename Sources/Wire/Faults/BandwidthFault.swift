package import Core

/// Lets bytes through as a link of this rate does, in slices of about a millisecond.
package struct BandwidthFault: Fault {
  package static let spec = FaultSpec(
    "bandwidth", "lets through so many bytes a second",
    effect: .delays, placement: .span,
    parameters: [FaultParameter("rate", .rate, "bytes a second")],
    example: "bandwidth 50KB/s")

  /// Nil lets nothing through, as Toxiproxy's rate of 0 does.
  private var pace: Pace?

  package init(_ rule: FaultRule) {
    let rate = rule.number("rate")
    if rate > 0 { pace = Pace(rate: rate, sliceTime: .milliseconds(1)) }
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive else { return turn.send(chunk) }
    guard let slice = pace?.slice else {
      turn.actions.append(.stall)
      return turn.send(chunk)
    }
    guard chunk.bytes.count > slice else { return pass(chunk, &turn) }
    let (first, rest) = chunk.split(at: slice)
    pass(first, &turn)
    turn.again(rest)
  }

  private mutating func pass(_ slice: FaultChunk, _ turn: inout FaultTurn) {
    if let due = pace?.take(slice.bytes.count, at: slice.at) { turn.wait(until: due) }
    turn.send(slice)
  }
}
