package import Core

/// Cuts the answer as a crash does: RST to both peers, earlier bytes delivered first.
package struct ResetFault: Fault {
  package static let name = "reset"
  package static let about = "resets the connection on both sides, with all earlier bytes delivered"

  package let position: Position

  package init?(_ rule: FaultRule) {
    guard rule.kind == .reset else { return nil }
    position = rule.position
  }

  package func receive(
    _ chunk: FaultChunk, _ random: inout SplitMix64, _ actions: inout [FaultAction]
  ) {
    actions.append(chunk.isPosition ? .reset : .send(chunk))
  }
}
