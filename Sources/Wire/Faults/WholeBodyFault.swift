package import Core

/// Sends the answer in one piece, framed by its length, as a provider does that streams nothing.
package struct WholeBodyFault: Fault {
  package static let spec = FaultSpec(
    "whole-body", "keeps the answer until its end, and frames it by its length",
    effect: .edits, placement: .whole, directions: [.downstream], example: "whole-body")

  private var head: FaultChunk?
  private var body: [FaultChunk] = []
  private var count = 0

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { count + (head?.bytes.count ?? 0) }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk):
      if head != nil, chunk.kind == .body {
        body.append(chunk)
        count += chunk.bytes.count
        if count > Limits.faultKeptBytes { release(&turn) }
      } else if turn.isActive, let read = chunk.answerHead, read.mayHaveBody {
        head = chunk
      } else {
        turn.send(chunk)
      }
    case .end:
      if let chunk = head, var read = chunk.answerHead {
        read.setLength(count)
        head = chunk.with(read)
      }
      release(&turn)
    case .finish: release(&turn)
    case .start, .position, .timer: break
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { release(&turn) }

  /// What it has, as it came: a body that is too long, or whose end does not come, keeps its framing.
  private mutating func release(_ turn: inout FaultTurn) {
    if let head { turn.send(head) }
    for chunk in body { turn.send(chunk) }
    (head, body, count) = (nil, [], 0)
  }
}
