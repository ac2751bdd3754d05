import Core
import Wire

/// Upstreams that fall silent with the connection open.
struct FLTSilence: Chapter {
  /// A client waits so long here before it calls a silence one.
  private static let patience = Nanoseconds.seconds(5)
  private static let longPatience = Nanoseconds.seconds(65)

  let checks = [
    ConformanceCheck(
      "FLT-010", "flt/stall", .mustByPolicy, .major,
      requirement: "an upstream that falls silent in mid-stream is given up in the end, loudly",
      source: "clients of relays that wait for ever wait for ever too",
      expected: [
        FLTCuts.loud, "no idle timeout within the time it was watched (a warning)",
      ],
      baseline: .shows(isSilent), mutants: [FLTCuts.launders],
      stimuli: { _ in
        [
          stalled("silence behind 5 of 20 tokens", .tokens(5), patience),
          stalled("65 s of silence behind 5 of 20 tokens", .tokens(5), longPatience),
        ]
      },
      judge: .each(silence)),
    ConformanceCheck(
      "FLT-011", "flt/stall-before-first-token", .should, .major,
      requirement: "an upstream that never begins to answer is given up in the end, loudly",
      source: "RFC 9110 section 15.6.5: 504 Gateway Timeout",
      expected: [
        "504 or 408", FLTCuts.loud, "no timeout within the time it was watched (a warning)",
      ],
      baseline: .shows(isSilent), mutants: [Mutant("fake-ok html")],
      stimuli: { _ in
        [
          stalled("no answer at all", [], patience),
          Stimulus("a head and nothing behind it", [.stall(nil)], headers: .atOnce) {
            wait(&$0, patience)
          },
        ]
      },
      judge: .each(silence)),
  ]

  private static func wait(_ traffic: inout Traffic, _ patience: Nanoseconds) {
    traffic.timeouts.firstByte = patience
    traffic.timeouts.idle = patience
    traffic.timeouts.total = patience + .seconds(10)
  }

  private static func stalled(
    _ name: String, _ steps: [Step], _ patience: Nanoseconds
  ) -> Stimulus {
    let role: [Step] = steps.isEmpty ? [] : [.role("assistant")]
    return Stimulus(name, role + steps + [.stall(nil)], isSlow: patience > .seconds(10)) {
      wait(&$0, patience)
    }
  }

  private static let isSilent: @Sendable (Observation, Passage) -> String? = { seen, _ in
    switch seen.end {
    case .timeoutIdle, .timeoutFirstByte, .timeoutTotal: nil
    default: "ended with \(Passage.end(seen))"
    }
  }

  private static let silence: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    var found: [Finding] = []
    let planned = passage.script.steps.reduce(0) { sum, step in
      if case .text(let text) = step { sum + text.tokens } else { sum }
    }
    let facts = Seen(seen.reading)
    let wait = passage.stimulus.traffic.timeouts.idle
    switch seen.end {
    case .httpError: return []
    case .errorEvent, .premature, .reset, .transportError: break
    case .timeoutIdle, .timeoutFirstByte, .timeoutTotal:
      if facts.terminator || facts.finish {
        return [.fail("laundered: an ordinary end", .critical)]
      }
      found.append(.warn("no idle timeout: silent for \(wait)"))
    default:
      return [
        facts.terminator || facts.finish
          ? .fail("laundered: an ordinary end", .critical)
          : .fail("masked: \(Passage.end(seen)), without a word")
      ]
    }
    let lost = passage.lostTokens(seen, of: planned)
    if lost > 0 { found.append(.fail("\(lost) tokens that had been sent never arrived")) }
    return found
  }
}
