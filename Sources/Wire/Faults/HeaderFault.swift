package import Core

/// Says something else in the head of a message, or leaves something out of it.
package struct HeaderFault: Fault {
  package static let spec = FaultSpec(
    "header", "sets a field of the head, or takes it away",
    effect: .edits, placement: .whole,
    parameters: [
      FaultParameter("name", .text, "of the field"),
      FaultParameter("value", .text, preset: .text("missing"), "what it says, or `missing`"),
    ],
    example: "header Cache-Control 'no-store'")

  private let name: String
  private let value: String

  package static func problem(in rule: FaultRule) -> String? {
    let name = rule.text("name")
    let isToken = name.utf8.allSatisfy { byte in
      byte.isLetter || byte.isDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
    // RFC 9110 section 5.1.
    guard isToken, !name.isEmpty else { return "the name of a header field is a token" }
    return ContentTypeFault.problem(inField: rule.text("value"))
  }

  package init(_ rule: FaultRule) {
    name = rule.text("name")
    value = rule.text("value")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, var head = chunk.messageHead else { return turn.send(chunk) }
    if value == "missing" { head.remove(name) } else { head.set(name, value) }
    turn.send(chunk.with(head))
  }
}

extension FaultChunk {
  /// The head of a request or of an answer, to be edited; nil for everything else.
  var messageHead: MessageHead? {
    guard kind == .head, let head = MessageHead(bytes) else { return nil }
    return head.status == nil ? head : answerHead
  }
}
