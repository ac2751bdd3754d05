package import Core

/// Says 200 and has nothing to say, as gateways and captive portals do: a client must not take it
/// for a short stream.
package struct FakeOKFault: Fault {
  package static let spec = FaultSpec(
    "fake-ok", "replaces the answer by a 200 with a page, an error object or nothing in it",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter(
        "body", .choice(["html", "json-error", "empty"]), preset: .text("html"),
        "a page, an error in the dialect's shape, or nothing")
    ],
    example: "fake-ok json-error")

  private let body: String
  private var answer = ReplacedAnswer()

  package init(_ rule: FaultRule) { body = rule.text("body") }

  package var isCommitted: Bool { answer.isOn }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    answer.receive(input, &turn, content: content)
  }

  private func content(_ turn: FaultTurn) -> ReplacedAnswer.Content {
    switch body {
    case "html":
      ReplacedAnswer.Content(
        status: 200, mediaType: "text/html", body: ErrorBodies.html("Welcome"))
    case "json-error":
      ReplacedAnswer.Content(
        status: 200, mediaType: "application/json",
        body: ErrorBodies.dialect(turn.dialect, status: 500))
    default: ReplacedAnswer.Content(status: 200)
    }
  }
}
