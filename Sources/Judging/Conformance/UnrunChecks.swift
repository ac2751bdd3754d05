package import Core

/// Checks of the catalogue that cannot be run here, and why.
package struct UnrunCheck: Sendable {
  package var id: String
  package var requirement: String
  package var reason: SkipReason
  package var words: String
}

package enum UnrunChecks {
  /// By id. What is listed here has no stimulus: a check that nobody has seen fail is none.
  package static let all = [
    UnrunCheck(
      id: "CAN-006", requirement: "a stream that its client left is booked with what it used",
      reason: .notObservable,
      words: "what a relay books stands behind an interface of its own, another in each relay"),
    UnrunCheck(
      id: "HTTP-009",
      requirement: "streams that share a connection of HTTP/2 do not disturb others",
      reason: .noHTTP2,
      words:
        "neither the built-in relay nor LiteLLM speaks HTTP/2 to clients, so no mutant shows it"),
    UnrunCheck(
      id: "HTTP-010",
      requirement: "what holds in the clear holds over TLS, with HTTP/1.1 and HTTP/2",
      reason: .noTLS,
      words:
        "neither of them offers TLS: run the suite over each transport of a relay that does, as"
        + " scripts/relays/matrix nginx/stream nginx/tls nginx/tls-http1, and compare"),
    UnrunCheck(
      id: "SEC-004", requirement: "answers that are stored are private to the key that asked",
      reason: .oneKey, words: "needs a relay that stores answers, and two keys for it"),
    UnrunCheck(
      id: "SEC-007", requirement: "requests whose framing contradicts itself are refused",
      reason: .notObservable,
      words: "the client of the suite is libcurl, which sends no such request"),
  ]
}
