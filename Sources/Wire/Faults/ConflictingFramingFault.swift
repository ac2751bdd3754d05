package import Core

/// Frames the answer in two ways at once, of which chunks are the true one: readers that disagree
/// about which counts can be made to take part of a body for the next answer (RFC 9112 section 6.3,
/// rule 3).
package struct ConflictingFramingFault: Fault {
  package static let spec = FaultSpec(
    "conflicting-framing", "sends both Content-Length and Transfer-Encoding",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter(
        "length", .size(0...1_000_000_000_000), preset: .number(10), "what Content-Length says")
    ],
    example: "conflicting-framing length=10")

  private let length: Int

  package init(_ rule: FaultRule) { length = rule.number("length") }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, var head = chunk.answerHead, head.mayHaveBody else {
      return turn.send(chunk)
    }
    head.setChunked()
    head.append("Content-Length", String(length))
    turn.send(chunk.with(head))
  }
}
