package import Core

/// Lets bytes through as a link of this rate does, in slices of about a millisecond.
package struct BandwidthFault: Fault {
  package static let spec = FaultSpec(
    "bandwidth", "lets through so many bytes a second",
    effect: .delays, placement: .span,
    parameters: [FaultParameter("rate", .rate, "bytes a second")],
    example: "bandwidth 50KB/s")

  private var pace: Pace

  package init(_ rule: FaultRule) {
    pace = Pace(rate: rule.number("rate"), sliceTime: .milliseconds(1))
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var rest) = input else { return }
    guard turn.isActive else { return turn.send(rest) }
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
