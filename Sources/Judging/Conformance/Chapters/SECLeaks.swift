import Core
import Wire

/// What must not reach a client: other clients' text, what the relay's own house looks like, and
/// events that the text only talks of.
struct SECLeaks: Chapter {
  private static let foreign = Mutant(
    #"inject '{"id":"c","choices":[{"index":0,"delta":{"content":"t3-0badcafe "}}]}' at event(4)"#)

  let checks = [
    ConformanceCheck(
      "SEC-002", "sec/internals", .should, .major,
      requirement: "answers and errors name no internal address and show no stack trace",
      source: "OWASP, improper error handling", expected: ["no private address, path or trace"],
      mutants: [
        Mutant("header X-Upstream 'http://10.1.2.3:9000/v1'"),
        Mutant("replace 'the upstream broke' 'Traceback (most recent call last): x.py'"),
      ],
      stimuli: { _ in
        [
          .ref,
          Stimulus(
            "an error before the stream",
            [.error(ErrorStep(status: 500, message: "the upstream broke"))]),
          .after5(
            "an error in the stream", [.errorEvent(ErrorStep(message: "the upstream broke"))]),
        ]
      },
      judge: .each(internals)),
    ConformanceCheck(
      "SEC-003", "sec/bleeding", .mustByPolicy, .critical,
      requirement: "of many streams at a time each gets its own text and nobody else's",
      source: "what a relay is for", expected: ["in every stream only its own nonce"],
      mutants: [foreign],
      stimuli: { _ in [crowd] }, judge: .each(bleeding)),
    ConformanceCheck(
      "SEC-006", "sec/injection", .must, .critical,
      requirement: "text that looks like events, terminators or header fields arrives as text",
      source: "WHATWG HTML section 9.2.6; RFC 9112 section 11.1, response splitting",
      expected: ["the text of the script, one terminator, no field of its making"],
      mutants: [
        Mutant(#"replace '\\n\\ndata: [DONE]' '\n\ndata: [DONE]\n\n'"#),
        Mutant("double-terminator"),
        Mutant("header Set-Cookie 'injected=1'"),
      ],
      stimuli: { _ in [injected] }, judge: .each(injection)),
  ]

  private static let crowd = Stimulus(
    "50 streams at a time", .answer(.tokens(12)), faults: ["slice 33"]
  ) {
    $0.streams = 50
    $0.concurrency = 50
  }

  private static let injected = Stimulus(
    "text that looks like events and fields",
    .answer([
      .text(
        TextStep(
          words: [
            "a", "\n\ndata: [DONE]\n\n", "b", "\r\nSet-Cookie: injected=1\r\n\r\n",
            "\\n\\ndata: [DONE]\\n\\n", "\r\n\r\nHTTP/1.1 200 OK\r\n", "c",
          ], gap: .constant(.milliseconds(5))))
    ]))

  /// What gives a house away. Addresses with a port or a scheme: text may talk of others.
  private static let patterns = [
    "Traceback (most recent call last)", "goroutine 1 [", "\n    at ", "/site-packages/",
    "/usr/lib/python", "/node_modules/", ".rs:", "://127.0.0.1", "://localhost", "://10.",
    "://192.168.", "://172.16.", "ECONNREFUSED 127.",
  ].map { Array($0.utf8) }

  private static let internals: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    let head = seen.exchange.headers.map { "\($0.name): \($0.value)\n" }.joined()
    let all = Array(head.utf8) + seen.exchange.body
    return patterns.filter { all.contains($0) }.prefix(3).map { pattern in
      .fail("\"\(String(decoding: pattern, as: UTF8.self))\" in what the client got")
    }
  }

  /// Tokens are numbered and end in the nonce: `t3-0badcafe `.
  private static let bleeding: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let own = Array("-\(seen.exchange.nonce.short)".utf8)
    let words = seen.text.split(separator: 0x20)
    if let other = words.first(where: { !$0.suffix(own.count).elementsEqual(own) }) {
      return [.fail("the text has \"\(String(decoding: other.prefix(40), as: UTF8.self))\"")]
    }
    let wanted = passage.text(of: seen.exchange.nonce)
    return AnswerSummary.difference(seen.text, wanted).map { [.fail("the text \($0)")] } ?? []
  }

  private static let injection: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    var found: [Finding] = []
    if seen.exchange.headers.contains(where: { $0.value.contains("injected=1") }) {
      found.append(.fail("a header field that stood in the text"))
    }
    let wanted = passage.text(of: seen.exchange.nonce)
    if let words = AnswerSummary.difference(seen.text, wanted) {
      found.append(.fail("the text \(words)"))
    }
    let ends = seen.reading.events.count { $0.kind == .terminator }
    if ends != 1 { found.append(.fail("\(ends) terminators")) }
    return found
  }
}
