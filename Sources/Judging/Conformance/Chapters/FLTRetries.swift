import Core
import Wire

/// What a relay does when a try at the provider fails: another one, or not.
struct FLTRetries: Chapter {
  let checks = [
    ConformanceCheck(
      "FLT-013", "flt/no-retry-after-text", .must, .critical,
      requirement:
        "once text was delivered, a relay that tries again does not append another answer to it",
      source: "OpenAI, Anthropic: a response has one role and one message; RFC 9110 section 9.2.2",
      expected: ["the text before the break, then \(FLTCuts.loud)"],
      mutants: [Mutant("duplicate at event(3)"), Mutant("inject \"[DONE]\" at event(6)")],
      stimuli: { _ in
        [
          Stimulus(
            "reset after 5 tokens, and a whole answer to a second try",
            [.role("assistant")] + .tokens(5) + [.reset], later: .answer(.tokens(20)),
            repeats: true)
        ]
      },
      judge: .each(afterText)),
    ConformanceCheck(
      "FLT-014", "flt/failover", .should, .major,
      requirement: "a second try before the first token is invisible: one clean answer",
      source: "what failover is for", expected: ["one complete answer with one role"],
      baseline: .shows(failsFirst), mutants: [Mutant("fake-ok html")],
      stimuli: { _ in
        [429, 500, 529].map { status in
          Stimulus(
            "\(status), and a whole answer to a second try",
            [.error(ErrorStep(status: status, message: "try again"))], later: .answer(.tokens(20)))
        } + [
          Stimulus(
            "a reset before the answer, and a whole one to a second try", [.reset],
            later: .answer(.tokens(20)))
        ]
      },
      judge: .each(failover)),
    ConformanceCheck(
      "FLT-015", "flt/bounded-retries", .should, .major,
      requirement:
        "tries at the provider are few, not before Retry-After is over, and end in an error",
      source: "RFC 9110 section 10.2.3: Retry-After",
      expected: ["at most 3 tries, and the error"], mutants: [Mutant("stall at byte(0)")],
      stimuli: { _ in
        [
          Stimulus(
            "always 429 with Retry-After: 2",
            [.error(ErrorStep(status: 429, message: "slow down", retryAfter: 2))]),
          Stimulus("always 500", [.error(ErrorStep(status: 500, message: "broken"))]),
        ]
      },
      judge: .each(retries)),
  ]

  private static let afterText: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard seen.exchange.status < 400 else { return [] }
    var found: [Finding] = []
    if seen.tokens.duplicated > 0 { found.append(.fail("text came twice")) }
    let roles = seen.reading.events.count { if case .role = $0.kind { true } else { false } }
    if roles > 1 { found.append(.fail("\(roles) roles in one answer")) }
    if seen.tokens.numbers.contains(where: { $0 >= 5 }) {
      found.append(.fail("text of another try behind that of the first"))
    }
    switch seen.end {
    case .premature, .reset, .transportError, .errorEvent:
      if Seen(seen.reading).terminator {
        found.append(.fail("laundered: a terminator behind the break"))
      }
    case .timeoutIdle, .timeoutTotal:
      found.append(.fail("hang: the client had to time out", .major))
    default:
      // Who held back the first text and gave the second answer whole has lost nothing.
      if seen.end != .done || !found.isEmpty || seen.provider.count < 2 {
        found.append(.fail("ended with \(Passage.end(seen))"))
      }
    }
    return found
  }

  private static let failsFirst: @Sendable (Observation, Passage) -> String? = { seen, _ in
    seen.end == .done ? "the first try was answered" : nil
  }

  private static let failover: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if seen.provider.count < 2 {
      let isTold = [.httpError, .reset, .premature, .transportError].contains(seen.end)
      return isTold
        ? [.skip(.singleProvider, "the relay does not try again: configure a fallback")]
        : [.fail("\(Passage.end(seen)) although the only try failed")]
    }
    guard seen.end == .done else {
      return [.fail("ended with \(Passage.end(seen)) although the second try was answered")]
    }
    let text = passage.stimulus.later.map { ScriptWords($0, nonce: seen.exchange.nonce).text() }
    var found: [Finding] = []
    if let words = AnswerSummary.difference(seen.text, text ?? []) {
      found.append(.fail("the text \(words)"))
    }
    let roles = seen.reading.events.count { if case .role = $0.kind { true } else { false } }
    if roles > 1 { found.append(.fail("\(roles) roles in one answer")) }
    return found
  }

  private static let retries: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    var found: [Finding] = []
    let tries = seen.provider.count
    if tries > ErrorsStatus.triesBeforeFailure {
      found.append(.fail("\(tries) tries"))
    } else if tries > ErrorsStatus.triesBeforeWarning {
      found.append(.warn("\(tries) tries"))
    }
    if case .error(let error) = passage.script.steps.first, let wait = error.retryAfter {
      let gaps = zip(seen.provider, seen.provider.dropFirst()).map {
        $1.receivedAt - $0.endedAt
      }
      if let shortest = gaps.min(), shortest < .seconds(Int64(wait)) {
        found.append(.warn("tried again after \(shortest), with Retry-After: \(wait)"))
      }
    }
    if seen.end != .httpError { found.append(.fail("\(Passage.end(seen)) instead of the error")) }
    return found
  }
}
