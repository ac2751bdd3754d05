import Core
import Wire

/// What a client hears before there is much to hear.
struct TIMFirstBytes: Chapter {
  let checks = [
    ConformanceCheck(
      "TIM-001", "tim/early-head", .should, .minor,
      requirement: "the head of the answer does not wait for the first event",
      source: "clients show that they are connected, and keep-alives need it",
      expected: ["within 500 ms of the provider's", "with the first event", "later (a warning)"],
      mutants: [Mutant("first-byte-delay 2s", gives: .warn)],
      stimuli: { _ in
        [
          Stimulus(
            "a head at once, and the first event 1 s later",
            [.stall(.constant(.seconds(1)))] + .answer(.tokens(3)), headers: .atOnce,
            company: .quiet)
        ]
      },
      judge: .each(earlyHead)),
    ConformanceCheck(
      "TIM-004", "tim/first-token", .should, .major,
      requirement: "a relay adds little to the time to the first token",
      source: "what users wait for", expected: ["100 ms", "1 s (a warning)"],
      mutants: [
        Mutant("first-byte-delay 1500ms"), Mutant("first-byte-delay 400ms", gives: .warn),
      ],
      stimuli: { _ in
        [
          Stimulus("a first token at once", .answer(.tokens(3)), company: .quiet),
          Stimulus(
            "a first token after 1 s",
            [.role("assistant"), .stall(.constant(.seconds(1)))] + .tokens(3) + [Step].ending,
            company: .quiet),
        ]
      },
      judge: .each(firstToken)),
    ConformanceCheck(
      "TIM-006", "tim/small-first-event", .must, .major,
      requirement: "a small first event does not wait for a buffer to fill",
      source: "nginx: ssl_buffer_size and proxy_buffer_size", expected: ["within 1 s"],
      mutants: [Mutant("coalesce 1MB within=20s"), Mutant("burst 3")],
      stimuli: { _ in
        [
          Stimulus(
            "one token, and the rest 3 s later",
            [.role("assistant")] + .tokens(1) + [.stall(.constant(.seconds(3)))] + .tokens(5)
              + [Step].ending,
            company: .quiet)
        ]
      },
      judge: .each { seen, _ in
        guard let first = seen.tokens.arrivals.first, let written = seen.written(first) else {
          return [.fail("the exchange ended with \(Passage.end(seen))")]
        }
        let delay = first.instant - written
        return delay > .seconds(1) ? [.fail("it came \(delay) later")] : []
      }),
    ConformanceCheck(
      "TIM-007", "tim/keeps-alive", .should, .major,
      requirement:
        "a silence of 75 s is bridged with comments or pings, and does not end the stream",
      source: "WHATWG HTML section 9.2.7: a comment every 15 s or so; load balancers cut at 60 s",
      expected: ["some bytes every 30 s", "silence (a warning)"],
      mutants: [Mutant("close at event(3)")],
      stimuli: { _ in
        [
          silent(
            "75 s of silence before the first token", [.role("assistant"), silence] + .tokens(5)),
          silent(
            "75 s of silence in mid-stream",
            [.role("assistant")] + .tokens(5) + [silence] + .tokens(5)),
        ]
      },
      judge: .each { seen, passage in
        let found = passage.fidelity(seen)
        guard found.isEmpty else { return found }
        let reads = seen.exchange.timeline.reads.map(\.instant)
        let gap = zip(reads, reads.dropFirst()).map { $1 - $0 }.max() ?? .zero
        return gap > .seconds(30) ? [.warn("silent for \(gap)")] : []
      }),
    ConformanceCheck(
      "TIM-008", "tim/passes-keep-alives", .should, .minor,
      requirement: "comments of the provider are passed on or replaced while the client waits",
      source: "DeepSeek: keep-alive comments while a request waits",
      expected: ["bytes during the wait", "none (a warning)"],
      mutants: [Mutant("first-byte-delay 2500ms", gives: .warn)],
      stimuli: { _ in
        [
          Stimulus(
            "a comment every 400 ms for 2 s, then the answer",
            (0..<5).flatMap { _ -> [Step] in
              [.comment("keep-alive"), .stall(.constant(.milliseconds(400)))]
            } + .answer(.tokens(3)), company: .quiet)
        ]
      },
      judge: .each { seen, _ in
        guard let first = seen.exchange.timeline.reads.first?.instant,
          let token = seen.tokens.arrivals.first?.instant
        else { return [.fail("the exchange ended with \(Passage.end(seen))")] }
        return token - first < .seconds(1) ? [.warn("nothing came during the wait of 2 s")] : []
      }),
  ]

  private static let silence = Step.stall(.constant(.seconds(75)))

  private static func silent(_ name: String, _ steps: [Step]) -> Stimulus {
    Stimulus(name, steps + [Step].ending, company: .quiet, isSlow: true) {
      $0.timeouts.firstByte = .seconds(100)
      $0.timeouts.idle = .seconds(100)
      $0.timeouts.total = .seconds(200)
    }
  }

  private static let earlyHead: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard let arrived = seen.exchange.headAt, let sent = seen.answer?.headAt,
      let first = seen.output.first?.arrival
    else { return [.fail("the exchange ended with \(Passage.end(seen))")] }
    let delay = max(.zero, arrived - sent)
    if delay <= .milliseconds(500) { return [] }
    let written = seen.answer?.writes.first?.instant ?? sent
    let isWithEvent = first - written <= .milliseconds(500)
    return [
      isWithEvent
        ? .info("the head comes with the first event, \(delay) later")
        : .warn("the head comes \(delay) later")
    ]
  }

  private static let firstToken: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard let first = seen.tokens.arrivals.first, let written = seen.written(first) else {
      return [.fail("the exchange ended with \(Passage.end(seen))")]
    }
    let added = first.instant - written
    if added > .seconds(1) { return [.fail("it came \(added) later")] }
    return added > .milliseconds(100) ? [.warn("it came \(added) later")] : []
  }
}
