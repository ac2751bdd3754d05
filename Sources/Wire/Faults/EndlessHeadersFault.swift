package import Core

/// Sends header fields for ever, so that no head is ever complete: a client needs a bound on what
/// it reads of one. The sender's own head waits, and comes behind if the fault is taken away.
package struct EndlessHeadersFault: Fault {
  package static let spec = FaultSpec(
    "endless-headers", "sends header fields for ever after the status line",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter("gap", .duration, preset: .duration(.milliseconds(100)), "between two fields"),
      FaultParameter(
        "size", .size(32...16_384), preset: .number(64), "one field, its end included"),
    ],
    example: "endless-headers gap=100ms size=64")

  private let gap: Nanoseconds
  private let size: Int
  private var original: FaultChunk?
  private var count = 0

  package static func problem(in rule: FaultRule) -> String? {
    rule.duration("gap") < .milliseconds(1) ? "the gap is at least 1ms" : nil
  }

  package init(_ rule: FaultRule) {
    gap = rule.duration("gap")
    size = rule.number("size")
  }

  package var heldBytes: Int { original?.bytes.count ?? 0 }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk):
      guard turn.isActive, original == nil, let head = chunk.answerHead else {
        return turn.send(chunk)
      }
      original = chunk
      turn.sendOwn(.raw, head.startLineBytes)
      sendField(&turn)
    case .timer where original != nil: sendField(&turn)
    default: break
    }
  }

  /// The rest of the head, with one more field of ours in the place of its status line.
  package mutating func withdraw(_ turn: inout FaultTurn) {
    guard let chunk = original, let head = chunk.answerHead else { return }
    original = nil
    var rest = chunk
    rest.bytes = (nextField() + head.fieldBytes)[...]
    turn.send(rest)
  }

  private mutating func sendField(_ turn: inout FaultTurn) {
    turn.sendOwn(.raw, nextField())
    turn.actions.append(.wake(at: turn.now + gap))
    turn.wait(until: turn.now + gap)
  }

  private mutating func nextField() -> [UInt8] {
    count += 1
    var line = Array("X-Endless-\(count): ".utf8)
    line += Array(repeating: UInt8(ascii: "a"), count: max(1, size - 2 - line.count))
    return line + [.cr, .lf]
  }
}
