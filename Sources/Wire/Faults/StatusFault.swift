package import Core

/// Gives another answer than the sender's: an error status, as an overloaded provider does.
package struct StatusFault: Fault {
  package static let spec = FaultSpec(
    "status", "replaces the answer by one with an error status",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter("code", .number(400...599), "the status code"),
      FaultParameter(
        "retry-after", .text, preset: .text(""), "seconds, a duration or an HTTP date"),
      FaultParameter(
        "body", .choice(["dialect", "empty", "html", "json"]), preset: .text("dialect"),
        "an error in the dialect's shape, nothing, a page, or JSON of a gateway"),
    ],
    example: "status 429 retry-after=2s")

  private let code: Int
  private let retryAfter: String
  private let body: String
  private var answer = ReplacedAnswer()

  package static func problem(in rule: FaultRule) -> String? {
    ContentTypeFault.problem(inField: rule.text("retry-after"))
  }

  package init(_ rule: FaultRule) {
    code = rule.number("code")
    retryAfter = Self.delay(rule.text("retry-after"))
    body = rule.text("body")
  }

  package var isCommitted: Bool { answer.isOn }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    answer.receive(input, &turn, content: content)
  }

  private func content(_ turn: FaultTurn) -> ReplacedAnswer.Content {
    var content = ReplacedAnswer.Content(status: code, mediaType: "application/json")
    switch body {
    case "html":
      content.mediaType = "text/html"
      content.body = ErrorBodies.html("\(code) \(AnswerHead.reason(code))")
    case "json": content.body = ErrorBodies.json(code)
    case "empty": break
    default:
      content.body = ErrorBodies.dialect(turn.dialect, status: code, retryAfter: Int(retryAfter))
    }
    if !retryAfter.isEmpty {
      content.extra.append(HeaderField(name: "Retry-After", value: retryAfter))
    }
    return content
  }

  /// A duration in whole seconds, rounded up (RFC 9110 section 10.2.3); everything else as it is.
  private static func delay(_ text: String) -> String {
    guard let length = try? Nanoseconds(literal: text) else { return text }
    return String((length.count + 999_999_999) / 1_000_000_000)
  }
}
