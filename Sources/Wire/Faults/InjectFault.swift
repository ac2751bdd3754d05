package import Core

/// Puts bytes of its own into a message: an event, a comment, or any text as it is.
package struct InjectFault: Fault {
  package static let spec = FaultSpec(
    "inject", "puts an event, a comment or raw text in",
    effect: .edits, placement: .point,
    parameters: [
      FaultParameter("text", .text, "what"),
      FaultParameter(
        "as", .choice(["comment", "event", "raw"]), preset: .text("event"),
        "an event or a comment of an event stream, which stands behind the event that its place is "
          + "in, or the text as it is, right there"),
    ],
    example: "inject \"keep-alive\" as=comment at event(3)")

  private let bytes: [UInt8]
  private let events: Int
  private var insertion: Insertion

  package init(_ rule: FaultRule) {
    let text = Array(rule.text("text").utf8)
    let form = rule.text("as")
    events = form == "event" ? 1 : 0
    switch form {
    case "event": bytes = Self.lines(text, "data: ")
    case "comment": bytes = Self.lines(text, ": ")
    default: bytes = text
    }
    insertion = Insertion(isWholeEvent: form != "raw")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position:
      insertion.ask()
      insert(&turn)
    case .chunk(let chunk):
      insert(before: chunk, &turn)
      turn.send(chunk.preparedForEditing())
      insertion.passed(chunk)
      insert(&turn)
    default: break
    }
  }

  private mutating func insert(before next: FaultChunk? = nil, _ turn: inout FaultTurn) {
    for kind in insertion.take(before: next) {
      turn.send(FaultChunk(kind, bytes[...], events: events, at: turn.now))
    }
  }

  /// Each line of the text behind the prefix, and an empty line.
  private static func lines(_ text: [UInt8], _ prefix: String) -> [UInt8] {
    var out: [UInt8] = []
    for line in text.split(separator: .lf, omittingEmptySubsequences: false) {
      out.put(prefix)
      out += line + [.lf]
    }
    return out + [.lf]
  }
}
