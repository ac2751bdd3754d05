package import Core

/// Cuts the answer as a server does that exits: FIN to both peers after what was let through.
package struct CloseFault: Fault {
  package static let name = "close"
  package static let about = "ends the connection with FIN on both sides, inside the framing"

  package let position: Position

  package init?(_ rule: FaultRule) {
    guard rule.kind == .close else { return nil }
    position = rule.position
  }

  package func receive(
    _ chunk: FaultChunk, _ random: inout SplitMix64, _ actions: inout [FaultAction]
  ) {
    actions.append(chunk.isPosition ? .close : .send(chunk))
  }
}
