import Core
import Wire

/// Events arrive when they are written, one by one.
struct TIMPace: Chapter {
  private static let steady = Stimulus(
    "60 tokens, 50 ms apart", .answer(.tokens(60, gap: .milliseconds(50))), company: .quiet)

  let checks = [
    ConformanceCheck(
      "TIM-002", "tim/no-coalescing", .mustByPolicy, .major,
      requirement: "events that are written apart arrive apart",
      source: "gateways that buffer a whole stream",
      expected: ["90 % of them", "50 % (a warning)"],
      mutants: [Mutant("coalesce 1MB within=20s"), Mutant("burst 5")],
      stimuli: { _ in [steady] }, judge: .each(apart)),
    ConformanceCheck(
      "TIM-003", "tim/added-latency", .should, .major,
      requirement: "a relay adds little to each event",
      source: "measured: LiteLLM 1.5 ms, HAProxy by default 105 ms in the median",
      expected: ["a median of 50 ms, 250 ms at the 99th percentile", "more (a warning)"],
      mutants: [Mutant("latency 80ms", gives: .warn)], stimuli: { _ in [steady] },
      judge: .each(added)),
    ConformanceCheck(
      "TIM-005", "tim/pauses", .should, .major,
      requirement: "pauses stay pauses, and bursts bursts",
      source: "relays that stream what they have already got", expected: ["80 % of the pause"],
      mutants: [Mutant("coalesce 1MB within=20s", gives: .warn)],
      stimuli: { _ in
        [
          Stimulus(
            "20 tokens at once, a pause of 1.5 s, 20 at once",
            .answer(.tokens(20, gap: .zero) + [.stall(.constant(pause))] + .tokens(20, gap: .zero)),
            company: .quiet)
        ]
      },
      judge: .each(pauses)),
    ConformanceCheck(
      "TIM-009", "tim/compression", .must, .major,
      requirement: "a stream that is compressed still arrives event by event",
      source: "RFC 9110 section 8.4; middlewares that compress in blocks",
      expected: ["90 % of the events apart", "50 % (a warning)"],
      mutants: [Mutant("gzip flush=never")], stimuli: { _ in [steady] },
      judge: .each { seen, passage in
        let isAsked = seen.exchange.header("content-encoding") != nil
        let found = apart(seen, passage)
        return isAsked || found.isEmpty ? found : [.info("the relay does not compress")]
      }),
    ConformanceCheck(
      "TIM-010", "tim/many-streams", .should, .major,
      requirement: "40 streams at once are all whole, and none is slow",
      source: "what a gateway is for", expected: ["all whole", "added latency below 250 ms"],
      mutants: [Mutant("drop-event at event(5)"), Mutant("latency 400ms", gives: .warn)],
      stimuli: { _ in
        [
          Stimulus(
            "40 streams at once", .answer(.tokens(20, gap: .milliseconds(25))), company: .alone
          ) {
            $0.streams = 40
            $0.concurrency = 40
          }
        ]
      },
      judge: .each { seen, passage in
        let found = passage.fidelity(seen)
        guard found.isEmpty else { return found }
        let delays = delays(seen)
        guard let p99 = Figures.quantile(delays, 0.99), p99 > .milliseconds(250) else { return [] }
        return [.warn("streams with \(Figures.coarse(p99)) or more added")]
      }),
  ]

  /// Reads with a whole event in them, those closer than 5 ms taken together.
  private static func groups(_ seen: Observation) -> Int {
    var last: Instant?
    var count = 0
    for event in seen.output where event.kind == .text {
      if let last, event.arrival - last < .milliseconds(5) { continue }
      last = event.arrival
      count += 1
    }
    return count
  }

  private static let apart: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard seen.isSuccessStatus, !seen.output.isEmpty else {
      return [.fail("the exchange ended with \(Passage.end(seen))")]
    }
    let groups = groups(seen)
    let words = "60 events came in \(groups) groups"
    if groups <= 1 { return [.fail(words, .critical)] }
    if groups * 2 < 60 { return [.fail(words)] }
    return groups * 10 < 60 * 9 ? [.warn(words)] : []
  }

  /// From the write of each token to its arrival.
  private static func delays(_ seen: Observation) -> [Nanoseconds] {
    seen.tokens.arrivals.compactMap { token in seen.written(token).map { token.instant - $0 } }
  }

  private static let added: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard let floor = passage.direct.first.map(delays),
      let p50 = Figures.quantile(delays(seen), 0.5),
      let p99 = Figures.quantile(delays(seen), 0.99), let own50 = Figures.quantile(floor, 0.5),
      let own99 = Figures.quantile(floor, 0.99)
    else { return [.fail("the exchange ended with \(Passage.end(seen))")] }
    let (added50, added99) = (max(.zero, p50 - own50), max(.zero, p99 - own99))
    let words = "added to each event: \(added50) in the median, \(added99) at the 99th percentile"
    return added50 > .milliseconds(50) || added99 > .milliseconds(250)
      ? [.warn(words)] : [.info(words)]
  }

  private static let pause = Nanoseconds.milliseconds(1_500)

  private static let pauses: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    let arrivals = seen.tokens.arrivals
    guard let before = arrivals.last(where: { $0.number < 20 }),
      let behind = arrivals.first(where: { $0.number >= 20 })
    else { return [.fail("the exchange ended with \(Passage.end(seen))")] }
    let gap = behind.instant - before.instant
    return gap.count * 10 < pause.count * 8 ? [.warn("the pause of 1.5 s was \(gap)")] : []
  }
}
