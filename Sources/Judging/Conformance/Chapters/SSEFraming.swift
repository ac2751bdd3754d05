import Core
import Wire

/// What a client finds on the wire of an event stream, whatever the events say.
struct SSEFraming: Chapter {
  private static let standard = "WHATWG HTML section 9.2.6, interpreting an event stream"

  let checks = [
    ConformanceCheck(
      "SSE-001", "sse/last-event-ends", .must, .critical, needs: .client,
      requirement: "every event, the last one too, ends with an empty line",
      source: standard, expected: ["an empty line behind the last data line"],
      mutants: [Mutant("limit-data 400", gives: .fail)],
      stimuli: { _ in [.ref] }, judge: .each(lastEventEnds)),
    ConformanceCheck(
      "SSE-003", "sse/utf8", .must, .critical, needs: .client,
      requirement: "the body is UTF-8 and has no replacement characters",
      source: "WHATWG HTML section 9.2.4: event streams are always UTF-8",
      expected: ["valid UTF-8 without U+FFFD"],
      mutants: [Mutant("corrupt bits=1 share=0.02 at event(2)")],
      stimuli: { _ in [.ref] }, judge: .each(isUTF8)),
    ConformanceCheck(
      "SSE-007", "sse/crlf-upstream", .must, .critical,
      requirement: "line ends of CR LF upstream change nothing: the same events, on time",
      source: standard, expected: ["the same events as they are read without the relay"],
      mutants: [Mutant("drop-event at event(5)")],
      stimuli: { _ in
        [
          .ref("CR LF line ends", faults: "line-ends crlf"),
          .ref("CR LF line ends, a byte at a time", faults: "line-ends crlf", "slice 1"),
        ]
      },
      judge: .each { observation, passage in passage.fidelity(observation) }),
  ]

  private static let lastEventEnds: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    guard let last = seen.lens.blocks.last else { return [.fail("no event came")] }
    return last.isEnded ? [] : [.fail("the body ends in \"\(last.lines.last?.text ?? "")\"")]
  }

  private static let isUTF8: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let body = seen.exchange.body
    guard String(validating: body, as: UTF8.self) != nil else {
      return [.fail("the body is not UTF-8")]
    }
    return body.contains(TokenFindings.replacement) ? [.fail("U+FFFD in the body")] : []
  }
}
