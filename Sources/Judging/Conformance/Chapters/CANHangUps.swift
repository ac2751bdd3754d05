import Core
import Wire

/// Clients that leave: the provider has to stop, because every token it still makes is paid for.
struct CANHangUps: Chapter {
  private static let source = "tokens that nobody reads are billed all the same"

  let checks = [
    ConformanceCheck(
      "CAN-001", "can/while-streaming", .must, .critical,
      requirement: "a client that leaves in mid-stream ends the request upstream within 1 s",
      source: source, expected: ["closed within 1 s", "within 5 s (a warning)"],
      mutants: [Mutant("pause 20s at event(5)", "slow-close 20s upstream")],
      stimuli: { _ in
        [
          Stimulus(
            "a client that leaves after 5 of 700 events",
            .answer(.tokens(700, gap: .milliseconds(10))), company: .quiet
          ) { $0.leave = .event(5) }
        ]
      },
      judge: .each { seen, _ in hangUp(seen, soon: .seconds(1), late: .seconds(5)) }),
    ConformanceCheck(
      "CAN-002", "can/while-waiting", .mustByPolicy, .critical,
      requirement:
        "a client that leaves while the provider is silent ends the request upstream within 2 s",
      source: source, expected: ["closed within 2 s", "within 10 s (a warning)"],
      mutants: [Mutant("slow-close 30s upstream")],
      stimuli: { _ in
        [
          waiting("a client that leaves before any head", [], .withFirstEvent),
          waiting("a client that leaves behind the head", [], .atOnce),
          waiting(
            "a client that leaves in a silence behind 5 tokens", [.role("assistant")] + .tokens(5),
            .withFirstEvent),
        ]
      },
      judge: .each { seen, _ in hangUp(seen, soon: .seconds(2), late: .seconds(10)) }),
    ConformanceCheck(
      "CAN-003", "can/whole-answer", .should, .major,
      requirement:
        "a client that leaves while it waits for an answer in one piece ends the request upstream"
        + " within 5 s",
      source: source, expected: ["closed within 5 s", "later (a warning)"],
      mutants: [Mutant("slow-close 30s upstream", gives: .warn)],
      stimuli: { _ in
        [
          Stimulus("a client that leaves before a whole answer", [.stall(nil)], company: .quiet) {
            $0.stream = false
            $0.leave = .time(.milliseconds(300))
          }
        ]
      },
      judge: .each { seen, _ in
        hangUp(seen, soon: .seconds(5), late: .seconds(5)).map {
          $0.outcome == .fail ? .warn($0.words) : $0
        }
      }),
    ConformanceCheck(
      "CAN-004", "can/no-leaks", .mustByPolicy, .major,
      requirement: "streams that clients have left do not pile up at the provider",
      source: "proxies that ran out of connections behind clients that had left",
      expected: ["none of 60 requests still open", "at most 10 (a warning)"],
      mutants: [Mutant("pause 30s at event(3)", "slow-close 30s upstream")],
      stimuli: { _ in
        [
          Stimulus(
            "60 clients that leave after 3 events",
            [.role("assistant")] + .tokens(3) + [.stall(nil)], company: .quiet
          ) {
            $0.streams = 60
            $0.concurrency = 20
            $0.leave = .event(3)
          }
        ]
      },
      judge: .all(leaks)),
  ]

  private static func waiting(
    _ name: String, _ steps: [Step], _ headers: ProviderScript.HeaderTiming
  ) -> Stimulus {
    Stimulus(name, steps + [.stall(nil)], headers: headers, company: .quiet) {
      $0.leave = .time(.milliseconds(300))
    }
  }

  private static func hangUp(
    _ seen: Observation, soon: Nanoseconds, late: Nanoseconds
  ) -> [Finding] {
    guard let left = seen.exchange.left else {
      return [.fail("ended with \(Passage.end(seen)) before the client could leave")]
    }
    guard let request = seen.provider.last else {
      return [.skip(.notObservable, "the relay had not asked the provider when the client left")]
    }
    guard let closed = request.peerClosedAt else {
      let watched = request.endedAt - left
      if watched <= soon { return [.skip(.notObservable, "the answer was over too soon")] }
      return [.fail("not closed within \(watched)")]
    }
    let delay = max(.zero, closed - left)
    if delay > late { return [.fail("closed after \(delay)")] }
    return delay > soon ? [.warn("closed after \(delay)")] : []
  }

  private static let leaks: @Sendable ([Passage]) -> [Finding] = { passages in
    let requests = passages.flatMap(\.seen).flatMap { seen in
      seen.provider.map { (request: $0, left: seen.exchange.left ?? seen.exchange.ended) }
    }
    guard !requests.isEmpty else {
      return [.skip(.notObservable, "no request reached the provider")]
    }
    let open = requests.count { request, left in
      (request.peerClosedAt ?? request.endedAt) - left > .seconds(10)
    }
    if open > 10 { return [.fail("\(open) of \(requests.count) requests still open")] }
    return open > 0 ? [.warn("\(open) of \(requests.count) requests still open")] : []
  }
}
