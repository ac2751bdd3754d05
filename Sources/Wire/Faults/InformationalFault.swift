package import Core

/// Sends interim responses before the answer (RFC 9110 section 15.2), which a client must pass over.
package struct InformationalFault: Fault {
  package static let spec = FaultSpec(
    "informational", "sends 1xx responses before the answer",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter("code", .choice(["100", "102", "103"]), preset: .text("103"), "their status"),
      FaultParameter("count", .number(1...1_000), preset: .number(1), "how many"),
    ],
    example: "informational 103 count=2")

  private let interim: [UInt8]
  private let count: Int

  package init(_ rule: FaultRule) {
    interim =
      switch rule.text("code") {
      case "100": RequestQueue.proceed
      case "102": Array("HTTP/1.1 102 Processing\r\n\r\n".utf8)
      default: Array("HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preconnect\r\n\r\n".utf8)
      }
    count = rule.number("count")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    if turn.isActive, chunk.answerHead != nil {
      for _ in 0..<count { turn.sendOwn(.raw, interim) }
    }
    turn.send(chunk)
  }
}
