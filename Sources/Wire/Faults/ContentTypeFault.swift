package import Core

/// Says that a stream is something else, or does not say what it is.
package struct ContentTypeFault: Fault {
  package static let spec = FaultSpec(
    "content-type", "takes the Content-Type away, or sets another",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter("value", .text, preset: .text("missing"), "the media type, or `missing`")
    ],
    example: "content-type 'application/json'")

  private let value: String

  package static func problem(in rule: FaultRule) -> String? {
    problem(inField: rule.text("value"))
  }

  /// A line end in a value would begin a field of its own (RFC 9110 section 5.5).
  static func problem(inField value: String) -> String? {
    value.utf8.contains { $0 == .cr || $0 == .lf || $0 == 0 }
      ? "the value of a header field has no line ends and no NUL" : nil
  }

  package init(_ rule: FaultRule) { value = rule.text("value") }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, var head = chunk.answerHead else { return turn.send(chunk) }
    if value == "missing" {
      head.remove("Content-Type")
    } else {
      head.set("Content-Type", value)
    }
    turn.send(chunk.with(head))
  }
}
