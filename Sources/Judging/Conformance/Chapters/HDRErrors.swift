import Core
import Wire

/// Fields that steer clients, codings that were not asked for, and refusals of the relay's own.
struct HDRErrors: Chapter {
  let checks = [
    ConformanceCheck(
      "HDR-002", "hdr/limits", .should, .minor,
      requirement: "x-should-retry and rate limits of the provider reach the client",
      source: "the official SDKs act on x-should-retry; OpenAI, x-ratelimit-*",
      expected: ["x-should-retry: false"],
      mutants: [
        Mutant("header x-should-retry missing", gives: .warn),
        Mutant("header x-should-retry 'true'", gives: .warn),
        Mutant("header x-ratelimit-remaining-requests missing", gives: .info),
      ],
      stimuli: { _ in
        [
          Stimulus(
            "429 that is not to be tried again",
            [.error(ErrorStep(status: 429, message: "out of quota"))],
            faults: [
              "header x-should-retry 'false'", "header x-ratelimit-remaining-requests '3'",
            ])
        ]
      },
      judge: .each(limits)),
    ConformanceCheck(
      "HDR-006", "hdr/codings", .must, .major, needs: .client,
      requirement: "an answer has no content coding that the request does not accept",
      source: "RFC 9110 section 12.5.3", expected: ["no Content-Encoding"],
      mutants: [Mutant("gzip")],
      stimuli: { _ in
        [("identity", "identity is all that is accepted"), ("", "nothing is said of codings")].map {
          value, name in
          Stimulus(name, .answer(.tokens(3))) {
            $0.fields = [HeaderField(name: "Accept-Encoding", value: value)]
          }
        }
      },
      judge: .each { seen, _ in
        if let problem = seen.streamProblem { return problem }
        let coding = seen.exchange.header("content-encoding") ?? "identity"
        return coding == "identity" ? [] : [.fail("Content-Encoding: \(coding)")]
      }),
    ConformanceCheck(
      "HDR-007", "hdr/own-refusals", .should, .major, needs: .client,
      requirement: "a request that is none is refused with a status and a JSON error of the format",
      source: "RFC 9110 section 15.5; OpenAI, error codes",
      expected: [
        "a status of 400 to 499 and an error object", "JSON of another shape (a warning)",
      ],
      mutants: [
        Mutant("fake-ok html"), Mutant("fake-ok empty"),
        Mutant("header Content-Type 'text/html'"),
        Mutant("replace '\"error\"' '\"problem\"'", gives: .warn),
      ],
      stimuli: { _ in
        [Stimulus("a body that is no JSON", .answer(.tokens(3))) { $0.members = "\"half" }]
      },
      judge: .each(refusal)),
  ]

  private static let limits: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard seen.exchange.status == 429 else {
      return [.skip(.notObservable, "the client got \(Passage.end(seen))")]
    }
    let value = seen.exchange.header("x-should-retry")
    guard value == "false" else {
      return [.warn(value.map { "x-should-retry: \($0)" } ?? "no x-should-retry")]
    }
    let hasLimits = seen.exchange.headers.contains { $0.name.lowercased().contains("ratelimit") }
    return hasLimits ? [] : [.info("no rate limits")]
  }

  private static let refusal: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    let status = seen.exchange.status
    guard status >= 400 else { return [.fail(Passage.end(seen))] }
    guard !seen.exchange.body.isEmpty else { return [.fail("status \(status) without a body")] }
    if seen.mediaType.contains("html") { return [.fail("status \(status) with a page of HTML")] }
    guard (try? JSONValue.parse(seen.exchange.body)) != nil else {
      return [.fail("status \(status) with a body that is no JSON")]
    }
    if status >= 500 { return [.warn("status \(status) for a mistake of the client")] }
    return passage.pair.face.readError(seen.exchange.body) == nil
      ? [.warn("an error of another shape")] : []
  }
}
