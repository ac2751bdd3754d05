package import Core

/// Says a wrong length: too large leaves a reader waiting, too small leaves bytes on the connection
/// that it takes for the next answer.
package struct WrongContentLengthFault: Fault {
  package static let spec = FaultSpec(
    "wrong-content-length", "frames the answer by a Content-Length that is not its length",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter(
        "length", sizes, preset: .number(10), "what it says of a stream, whose length is unknown"),
      FaultParameter("more", sizes, preset: .number(0), "so much more than the true length"),
      FaultParameter("less", sizes, preset: .number(0), "so much less than the true length"),
    ],
    example: "wrong-content-length 10")

  private static let sizes = FaultParameter.Kind.size(0...1_000_000_000_000)

  private let length: Int
  private let change: Int

  package static func problem(in rule: FaultRule) -> String? {
    rule.number("more") > 0 && rule.number("less") > 0
      ? "a length is wrong by `more` or by `less`, not by both" : nil
  }

  package init(_ rule: FaultRule) {
    length = rule.number("length")
    change = rule.number("more") - rule.number("less")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, var head = chunk.answerHead, head.mayHaveBody else {
      return turn.send(chunk)
    }
    var wrong = length
    if change != 0, let known = turn.bodyLength {
      wrong = max(0, known.addingReportingOverflow(change).partialValue)
    }
    head.setLength(wrong)
    turn.send(chunk.with(head))
  }
}
