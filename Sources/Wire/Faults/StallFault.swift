package import Core

/// Goes silent for ever, as a peer does behind a dead link: no byte and no FIN passes any more.
package struct StallFault: Fault {
  package static let name = "stall"
  package static let about = "lets nothing more pass, with the connection open"

  package let position: Position

  package init?(_ rule: FaultRule) {
    guard rule.kind == .stall else { return nil }
    position = rule.position
  }

  package func receive(
    _ chunk: FaultChunk, _ random: inout SplitMix64, _ actions: inout [FaultAction]
  ) {
    actions.append(chunk.isPosition ? .stall : .send(chunk))
  }
}
