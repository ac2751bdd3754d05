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

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var rest) = input else { return }
    guard turn.isActive else { return turn.send(rest) }
    guard var pace else {
      turn.actions.append(.stall)
      return turn.send(rest)
    }
    defer { self.pace = pace }
    while rest.bytes.count > pace.slice {
      let (first, behind) = rest.split(at: pace.slice)
      turn.wait(until: pace.take(pace.slice, at: rest.at))
      turn.send(first)
      rest = behind
    }
    turn.wait(until: pace.take(rest.bytes.count, at: rest.at))
    turn.send(rest)
  }
}
