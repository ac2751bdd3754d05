package import Core

/// Ends the lines of an event stream otherwise: CR, CR LF and LF are all allowed (WHATWG HTML
/// section 9.2.5).
package struct LineEndsFault: Fault {
  package static let spec = FaultSpec(
    "line-ends", "ends the lines of the event stream with CR, CR LF or LF",
    effect: .edits, placement: .span, directions: [.downstream],
    parameters: [FaultParameter("as", .choice(["cr", "crlf", "lf"]), "the line end")],
    example: "line-ends crlf")

  private let end: [UInt8]
  private var gate = EventStreamGate()
  private var scanner = SSELineScanner()

  package init(_ rule: FaultRule) {
    switch rule.text("as") {
    case "cr": end = [.cr]
    case "crlf": end = [.cr, .lf]
    default: end = [.lf]
    }
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(var chunk) = input else { return }
    guard gate.lets(chunk) else { return turn.send(chunk.preparedForEditing()) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunk.bytes.count + 8)
    for byte in chunk.bytes {
      switch scanner.take(byte) {
      case .lineEnd: bytes += end
      case .lineFeed: break
      default: bytes.append(byte)
      }
    }
    if turn.isActive { chunk.bytes = bytes[...] }
    turn.send(chunk)
  }
}
