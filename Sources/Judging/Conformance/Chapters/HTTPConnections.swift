import Core
import Wire

/// Connections that are used again, on both sides of the relay.
struct HTTPConnections: Chapter {
  let checks = [
    ConformanceCheck(
      "HTTP-007", "http/reusable", .should, .minor, needs: .client,
      requirement: "a connection can be used again behind a stream",
      source: "RFC 9112 section 9.3", expected: ["two whole answers"],
      mutants: [Mutant("wrong-content-length 900"), Mutant("close at event(5)")],
      stimuli: { _ in
        [Stimulus("two streams on one connection", .answer(.tokens(5))) { $0.streams = 2 }]
      },
      judge: .all(reusable)),
    ConformanceCheck(
      "HTTP-008", "http/stale-connection", .should, .major,
      requirement:
        "a connection that the provider closes behind a request shows as an error, and the request is"
        + " not sent twice",
      source: "RFC 9110 section 9.2.2: a proxy must not try a POST again by itself",
      expected: ["a status of at least 500", "a broken connection, or a second try (a warning)"],
      baseline: .shows { seen, _ in seen.isSuccessStatus ? "an answer came" : nil },
      mutants: [Mutant("accept-and-ignore")],
      stimuli: { _ in
        [
          Stimulus("FIN behind the request", [.close], company: .alone),
          Stimulus("RST behind the request", [.reset], company: .alone),
        ]
      },
      judge: .each(stale)),
  ]

  private static let reusable: @Sendable ([Passage]) -> [Finding] = { passages in
    guard let passage = passages.first else { return [] }
    let seen = passage.seen.sorted { $0.ordinal < $1.ordinal }
    for observation in seen {
      let found = passage.fidelity(observation)
      if !found.isEmpty { return found }
    }
    return seen.last?.exchange.reused == true
      ? [] : [.info("the relay closes the connection behind a stream")]
  }

  private static let stale: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    var found: [Finding] = []
    let tries = seen.provider.count
    if tries > 1 {
      found.append(.warn("the request was sent \(tries) times, and may be billed so"))
    }
    switch seen.end {
    case .httpError where seen.exchange.status >= 500: break
    case .httpError: found.append(.warn("status \(seen.exchange.status)"))
    case .reset, .premature, .refused, .connectFailed, .transportError:
      found.append(.warn("a broken connection"))
    case .timeoutFirstByte, .timeoutIdle, .timeoutTotal:
      found.append(.fail("hang: the client had to time out"))
    default: found.append(.fail("\(Passage.end(seen)) although nobody answered", .critical))
    }
    return found
  }
}
