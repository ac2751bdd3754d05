import Core
import Wire

/// Answers whose end is not what it should be, other than by a cut connection.
struct FLTEnds: Chapter {
  let checks = [
    ConformanceCheck(
      "FLT-003", "flt/short-body", .must, .critical,
      requirement: "a body that is shorter than its Content-Length reaches the client as a failure",
      source: "RFC 9112 section 8: an incomplete message", expected: [FLTCuts.loud],
      baseline: .shows(isPremature), mutants: [Mutant("fake-ok html")],
      stimuli: { _ in
        [
          .ref(
            "a Content-Length of 500 bytes too much, then FIN",
            faults: "wrong-content-length more=500 length=20000", "close at event(8)")
        ]
      },
      judge: .each(shortBody)),
    ConformanceCheck(
      "FLT-005", "flt/eof-in-event", .must, .critical,
      requirement:
        "a stream that ends in the middle of an event is not made into a complete one, and what there"
        + " is of that event is not delivered as one",
      source: "WHATWG HTML section 9.2.6: an event without its empty line is discarded",
      expected: [
        FLTCuts.loud, "the same end as it came (a warning: clients take it for an answer)",
      ],
      mutants: [
        FLTCuts.launders, Mutant("inject 'data: {\"choices\":[{\"del\n\n' as=raw at event(6)"),
      ],
      stimuli: { pair in
        [.after5("the end inside the 6th token", [.raw(half(pair))], repeats: true)]
      },
      judge: .each(BreakOutcome.findings)),
    ConformanceCheck(
      "FLT-006", "flt/no-terminator", .should, .minor,
      requirement: "a complete answer whose provider leaves out the terminator arrives complete",
      source: "many servers leave data: [DONE] out behind a finish reason",
      expected: [
        "the whole answer with its terminator", "the whole answer as it came (a warning)",
      ],
      mutants: [Mutant("reset at event(5)"), Mutant("error-event at event(5)")],
      stimuli: { _ in
        [
          Stimulus(
            "a finish reason and no terminator",
            [.role("assistant")] + .tokens(20) + [.finish("stop"), .usage(UsageStep())])
        ]
      },
      judge: .each(noTerminator)),
  ]

  private static let isPremature: @Sendable (Observation, Passage) -> String? = { seen, _ in
    seen.end == .premature ? nil : "ended with \(Passage.end(seen))"
  }

  private static let shortBody: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    switch seen.end {
    case .premature, .reset, .transportError, .errorEvent, .httpError: return []
    case .timeoutIdle, .timeoutTotal, .timeoutFirstByte:
      return [.fail("hang: the client had to time out", .major)]
    case .done: return [.fail("passed off as a complete answer")]
    default:
      return Seen(seen.reading).terminator
        ? [.fail("passed off as a complete answer")]
        : [.fail("masked: \(Passage.end(seen)), framed as though it were complete", .major)]
    }
  }

  private static let noTerminator: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    guard seen.end == .done || seen.end == .eofWithoutTerminator else {
      return [.fail("the exchange ended with \(Passage.end(seen))")]
    }
    let missing: [Finding] =
      seen.end == .done || !passage.pair.face.hasTerminator ? [] : [.warn("no terminator")]
    return passage.fidelity(seen) + missing
  }

  /// The beginning of an event of this format, cut inside its JSON.
  private static func half(_ pair: Pair) -> [UInt8] {
    let request = ProviderRequest(model: "m", stream: true, usage: true, nonce: nil)
    let event = pair.upstream.event(.text("never to be seen "), for: request)
    return Array(event.prefix(max(1, event.count - 20)))
  }
}

extension Dialect {
  /// Whether its streams end in a marker of their own, rather than in their last event.
  var hasTerminator: Bool {
    !event(
      .terminator, for: ProviderRequest(model: "m", stream: true, usage: true, nonce: nil)
    ).isEmpty
  }
}
