package import Core

/// Takes the whole proxy away for a while, once or again and again: nothing listens, and all
/// connections are cut. The proxy follows `DownPlan` and says when; until then nothing is touched.
package struct DownFault: Fault {
  package static let spec = FaultSpec(
    "down", "closes the listener and all connections for a while, once or again and again",
    effect: .cuts, placement: .whole, scope: .connection,
    parameters: [
      FaultParameter("length", .duration, "how long it is down"),
      FaultParameter(
        "every", .duration, preset: .duration(.zero),
        "from one time to the next; 0 for only once"),
      FaultParameter(
        "after", .duration, preset: .duration(.zero),
        "how long after the start of the proxy it is down first"),
    ],
    example: "down 2s every=10s after=5s")

  package static func problem(in rule: FaultRule) -> String? {
    let (length, every) = (rule.duration("length"), rule.duration("every"))
    if length <= .zero { return "`down` needs a length above zero" }
    if every > .zero, every <= length { return "`every` must be longer than it is down each time" }
    if rule.probability < 1 || rule.requests != nil {
      return "`down` is about the proxy as a whole, and takes neither `p=` nor `request(N)`"
    }
    return nil
  }

  package init(_ rule: FaultRule) {}

  package func passesChunks(isActive: Bool) -> Bool { true }

  package func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk): turn.send(chunk)
    case .position: turn.actions.append(.close)
    default: break
    }
  }
}
