package import Core

/// Has a message say other words wherever it says these: what a gateway does that writes answers or
/// requests anew, and gets something wrong.
///
/// In an event stream within each event; in any other body everywhere, for which it is kept whole (a
/// longer one than `Limits.faultKeptBytes` passes as it is).
package struct ReplaceFault: Fault {
  package static let spec = FaultSpec(
    "replace", "puts other words in the place of these, in the body",
    effect: .edits, placement: .whole,
    parameters: [
      FaultParameter("from", .text, "the words"),
      FaultParameter("to", .text, preset: .text(""), "what stands there instead"),
      FaultParameter(
        "first", .number(0...Limits.bodyBytes), preset: .number(0),
        "only so many of them; 0 for all"),
    ],
    example: "replace '\"length\"' '\"stop\"'")

  private let from: [UInt8]
  private let to: [UInt8]
  private let limit: Int
  private var done = 0
  private var pieces = EventPieces()
  private var gate = EventStreamGate()
  /// The body of what is no event stream, as far as it has come.
  private var kept: FaultChunk?
  private var isTooLong = false

  package static func problem(in rule: FaultRule) -> String? {
    rule.text("from").isEmpty ? "`from` says nothing" : nil
  }

  package init(_ rule: FaultRule) {
    from = Array(rule.text("from").utf8)
    to = Array(rule.text("to").utf8)
    limit = rule.number("first")
  }

  package var heldBytes: Int { pieces.count + (kept?.bytes.count ?? 0) }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    if case .chunk(let chunk) = input {
      guard turn.isActive else { return turn.send(chunk) }
      let isStream = gate.lets(chunk)
      if chunk.kind == .body, !isStream { return keep(chunk, &turn) }
    }
    if input == .end || input == .finish { release(&turn) }
    var whole: [FaultChunk] = []
    pieces.receive(input, &turn) { event, _ in whole = event }
    if let chunk = whole.joined(as: replaced(whole.bytes)) { turn.send(chunk) }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) {
    turn.send(pieces.release())
    if let kept { turn.send(kept) }
    kept = nil
  }

  private mutating func keep(_ chunk: FaultChunk, _ turn: inout FaultTurn) {
    guard !isTooLong else { return turn.send(chunk) }
    if kept == nil { kept = chunk } else { kept?.bytes += chunk.bytes }
    guard let kept, kept.bytes.count > Limits.faultKeptBytes else { return }
    isTooLong = true
    turn.send(kept)
    self.kept = nil
  }

  private mutating func release(_ turn: inout FaultTurn) {
    guard var chunk = kept else { return }
    kept = nil
    chunk.bytes = replaced(Array(chunk.bytes))[...]
    turn.send(chunk)
  }

  private mutating func replaced(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var rest = bytes[...]
    while let next = rest.first {
      if limit == 0 || done < limit, rest.starts(with: from) {
        out += to
        done += 1
        rest = rest.dropFirst(from.count)
      } else {
        out.append(next)
        rest = rest.dropFirst()
      }
    }
    return out
  }
}
