package import Core

/// Holds the answer once, for a length that is drawn anew for each answer, then goes on.
package struct PauseFault: Fault {
  package static let name = "pause"
  package static let about = "holds everything for a while, then goes on"

  package let position: Position
  private let length: Distribution

  package init?(_ rule: FaultRule) {
    guard case .pause(let length) = rule.kind else { return nil }
    position = rule.position
    self.length = length
  }

  package func receive(
    _ chunk: FaultChunk, _ random: inout SplitMix64, _ actions: inout [FaultAction]
  ) {
    if chunk.isPosition {
      actions.append(.wait(until: chunk.at + length.sample(&random)))
    } else {
      actions.append(.send(chunk))
    }
  }
}
