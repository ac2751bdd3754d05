package import Core

/// Holds an answer from before its first byte, so that the head is late as well; the position of
/// the rule is not looked at.
package struct FirstByteDelayFault: Fault {
  package static let name = "first-byte-delay"
  package static let about = "holds the first byte of the answer"

  private let length: Distribution

  package init?(_ rule: FaultRule) {
    guard case .firstByteDelay(let length) = rule.kind else { return nil }
    self.length = length
  }

  package var position: Position { .byte(0) }

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
