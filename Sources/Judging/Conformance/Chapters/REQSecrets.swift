import Core
import Wire

/// What of the client's head the provider gets: it must not get what is meant for the relay.
struct REQSecrets: Chapter {
  let checks = [
    ConformanceCheck(
      "REQ-006", "req/headers", .mustByPolicy, .critical,
      requirement: "the provider gets neither the client's key nor its cookies nor other secrets",
      source: "gateways that pass on all fields of a request",
      expected: ["the provider's own key, no cookie, no field that it does not know"],
      baseline: .shows { seen, _ in
        let head = seen.provider.last?.head ?? []
        return head.contains(Array(cookie.utf8)) ? nil : "the cookie did not come"
      },
      mutants: [
        Mutant("header X-Forwarded-Key 'sk-relaymark-client-canary' upstream"),
        Mutant("header X-Cookie 'session=relaymark-canary' upstream"),
      ],
      stimuli: { _ in [stimulus] }, judge: .each(leaks))
  ]

  private static let clientKey = "sk-relaymark-client-canary"
  private static let cookie = "session=relaymark-canary"
  private static let secret = "relaymark-secret-canary"
  private static let beta = "interleaved-thinking-2025-05-14"

  private static let stimulus = Stimulus("a request with secrets in its head", .answer(.tokens(3)))
  {
    $0.spareKey = clientKey
    $0.fields = [
      HeaderField(name: "Cookie", value: cookie), HeaderField(name: "X-Secret", value: secret),
      HeaderField(name: "anthropic-beta", value: beta),
    ]
  }

  private static let leaks: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard let request = seen.provider.last else {
      return [.skip(.notObservable, "the request never reached the provider: \(Passage.end(seen))")]
    }
    let fields = request.fields
    var found: [Finding] = []
    for field in fields {
      // A key of the user's is masked wherever it turns up.
      if field.value.contains(clientKey) || field.value.contains("******") {
        found.append(.fail("the client's key, in \(field.name)"))
      }
      if field.value.contains(cookie) { found.append(.fail("the cookie, in \(field.name)")) }
      if field.value.contains(secret) {
        found.append(.fail("a field of the client's own, \(field.name)", .major))
      }
    }
    let isAnthropic = passage.pair.isSame && passage.pair.face.name == "anthropic-messages"
    if isAnthropic, !fields.contains(where: { $0.value == beta }) {
      found.append(.warn("anthropic-beta did not arrive"))
    }
    return found
  }
}
