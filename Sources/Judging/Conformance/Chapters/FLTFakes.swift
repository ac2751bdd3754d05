import Core
import Wire

/// Upstreams that answer 200 and are no stream, and ones that cannot be reached.
struct FLTFakes: Chapter {
  let checks = [
    ConformanceCheck(
      "FLT-008", "flt/fake-ok", .mustByPolicy, .critical,
      requirement: "a 200 that is no stream, with an error, a page or nothing in it, is no answer",
      source: "SDKs take an empty body and a page for a short answer",
      expected: [
        "a status of at least 400, or an error in the stream",
        "the same answer as it came, media type and all (a warning)",
      ],
      baseline: .shows(isNoStream),
      mutants: [
        Mutant("fake-ok empty"),
        Mutant("header Content-Type 'text/event-stream'"),
      ],
      stimuli: { _ in
        [
          .ref("200 with an error in JSON", faults: "fake-ok json-error"),
          .ref("200 with a page", faults: "fake-ok html"),
          .ref("200 with nothing in it", faults: "fake-ok empty"),
        ]
      },
      judge: .each(fake)),
    ConformanceCheck(
      "FLT-012", "flt/unreachable", .mustByPolicy, .minor,
      requirement: "a provider that cannot be reached shows as 502, 503 or 504 within 15 s",
      source: "RFC 9110 sections 15.6.3 to 15.6.5",
      expected: ["502, 503 or 504", "another error status (a warning)", "a reset (a warning)"],
      baseline: .shows { seen, _ in
        seen.isSuccessStatus ? "the provider could be reached" : nil
      },
      mutants: [Mutant("accept-and-ignore")],
      stimuli: { _ in
        [
          Stimulus(
            "connections are refused", .answer(.tokens(5)), faults: ["down 60s"], company: .alone
          ) { $0.timeouts.firstByte = .seconds(16) }
        ]
      },
      judge: .each(unreachable)),
  ]

  private static let isNoStream: @Sendable (Observation, Passage) -> String? = { seen, _ in
    seen.isSuccessStatus && !Seen(seen.reading).output ? nil : "ended with \(Passage.end(seen))"
  }

  private static let fake: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    switch seen.end {
    case .httpError, .errorEvent, .premature, .reset, .transportError: return []
    case .timeoutIdle, .timeoutTotal, .timeoutFirstByte:
      return [.fail("hang: the client had to time out", .major)]
    default: break
    }
    let facts = Seen(seen.reading)
    if facts.terminator || facts.finish { return [.fail("laundered: an ordinary end of a stream")] }
    let direct = passage.direct.first
    let isSame =
      seen.exchange.body == direct?.exchange.body && seen.mediaType == direct?.mediaType
    return isSame
      ? [.warn("passed on as it came")]
      : [.fail("silent: status \(seen.exchange.status), \(seen.mediaType), and no word of it")]
  }

  private static let unreachable: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    let status = seen.exchange.status
    switch seen.end {
    case .httpError where [502, 503, 504].contains(status):
      return seen.dialect.readError(seen.exchange.body) == nil
        ? [.warn("status \(status) without an error object of the format")] : []
    case .httpError: return [.warn("status \(status)")]
    case .reset, .premature, .refused, .connectFailed, .transportError:
      return [.warn("a broken connection")]
    case .timeoutFirstByte, .timeoutIdle, .timeoutTotal:
      return [.fail("hang: nothing came within 15 s", .major)]
    default: return [.fail("\(Passage.end(seen)) although nobody answered", .critical)]
    }
  }
}
