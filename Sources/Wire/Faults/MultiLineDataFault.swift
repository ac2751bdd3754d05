package import Core

/// Writes the data of each event that is JSON as several `data:` lines, which a reader joins with
/// LF (WHATWG HTML section 9.2.6).
///
/// Lines are broken only where JSON allows white space, behind the opening bracket and the commas
/// of the outermost value, so that the document stays the same. Other data stays in one line.
package struct MultiLineDataFault: Fault {
  package static let spec = FaultSpec(
    "multi-line-data", "writes the data of an event in several lines",
    effect: .edits, placement: .span, directions: [.downstream], example: "multi-line-data")

  private var pieces = EventPieces()

  package init(_ rule: FaultRule) {}

  package var heldBytes: Int { pieces.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard turn.isActive else {
      if case .chunk(let chunk) = input { turn.send(chunk.preparedForEditing()) }
      return
    }
    pieces.receive(input, &turn) { event, turn in
      guard let lines = SSEDataLines.broken(event.bytes), let chunk = event.joined(as: lines)
      else { return turn.send(event) }
      turn.send(chunk)
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { turn.send(pieces.release()) }
}
