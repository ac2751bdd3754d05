import Core
import Wire

/// Event streams of the provider that are legal and unusual: the client has to get the same events.
struct SSEUpstreams: Chapter {
  private static let standard = "WHATWG HTML section 9.2.6, interpreting an event stream"
  private static let same = "the same events as they are read without the relay"
  /// A relay that loses an event over it.
  private static let loses = Mutant("drop-event at event(5)")

  let checks = [
    ConformanceCheck(
      "SSE-004", "sse/split-characters", .must, .critical,
      requirement: "characters of several bytes survive when reads cut them",
      source: standard + ": a stream is decoded as a whole",
      expected: ["the text, code point by code point"],
      mutants: [Mutant("corrupt bytes=1 at inside-character")],
      stimuli: { _ in
        [
          Stimulus(
            "every byte of a character in a read of its own",
            .answer([
              .text(
                TextStep(
                  words: ["é", "漢", "🧪", "👩‍🚀", " ñ", "日本語", "e\u{301}"],
                  gap: .constant(.milliseconds(5))))
            ]), faults: ["split-utf8 gap=5ms"], repeats: true)
        ]
      },
      judge: .each(text)),
    ConformanceCheck(
      "SSE-006", "sse/bom-upstream", .must, .major,
      requirement: "a byte order mark upstream does not cost the first event",
      source: standard + ": one leading mark is skipped", expected: [same],
      mutants: [Mutant("drop-event at event(1)")],
      stimuli: { _ in [.ref("a byte order mark before the stream", faults: "bom")] },
      judge: .each { seen, passage in
        let found = passage.fidelity(seen)
        let hasRole = seen.reading.events.contains {
          if case .role = $0.kind { true } else { false }
        }
        let wanted = passage.direct.first?.reading.events.contains {
          if case .role = $0.kind { true } else { false }
        }
        return found + (hasRole || wanted == false ? [] : [.fail("the first event, with the role")])
      }),
    ConformanceCheck(
      "SSE-008", "sse/cr-upstream", .should, .minor,
      requirement: "line ends of CR, and mixed ones, change nothing", source: standard,
      expected: [same, "anything else (a warning)"],
      mutants: [Mutant("drop-event at event(5)", gives: .warn)],
      stimuli: { _ in
        [
          .ref("CR line ends", faults: "line-ends cr"),
          .ref(
            "mixed line ends", faults: "line-ends crlf", "line-ends cr at event(7)",
            "line-ends lf at event(14)"),
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen).map { .warn($0.words) } }),
    ConformanceCheck(
      "SSE-009", "sse/no-space-upstream", .must, .major,
      requirement: "data without the space behind the colon, or with a tab there, is read",
      source: standard + ": one space is left out if it is there",
      expected: [same, "not with the tab (a warning)"], mutants: [loses],
      stimuli: { _ in
        [
          .ref("no space behind the colon", faults: "no-space"),
          .ref(tab, faults: "replace 'data: {' 'data:\t{'"),
        ]
      },
      judge: .each { seen, passage in
        let found = passage.fidelity(seen)
        return passage.stimulus.name == tab ? found.map { .warn($0.words) } : found
      }),
    ConformanceCheck(
      "SSE-011", "sse/multi-line-data", .must, .minor,
      requirement: "data in several lines is joined",
      source: standard + ": values are joined with a line feed", expected: [same], mutants: [loses],
      stimuli: { _ in [.ref("JSON over several data lines", faults: "multi-line-data")] },
      judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "SSE-012", "sse/comments-upstream", .must, .critical,
      requirement: "comments upstream never become data",
      source: standard + ": lines that begin with a colon are ignored; OpenRouter sends them",
      expected: ["the same events, with the comments or without"],
      mutants: [Mutant("inject ': OPENROUTER PROCESSING' at event(3)"), loses],
      stimuli: { _ in
        [
          Stimulus(
            "comments before and between the events",
            [
              .comment("OPENROUTER PROCESSING"), .comment(""), .comment("ping - 2"),
              .role("assistant"),
            ]
              + .tokens(5) + [.comment("ping - 3"), .comment("OPENROUTER PROCESSING")]
              + .tokens(5) + [Step].ending),
          .ref("a comment inside a block", faults: "inject ': inside\n' as=raw at event(4)"),
        ]
      },
      judge: .each { seen, passage in
        let isData = seen.lens.blocks.contains { $0.data?.first == UInt8(ascii: ":") }
        return isData ? [.fail("a comment as data")] : passage.fidelity(seen)
      }),
    ConformanceCheck(
      "SSE-015", "sse/line-separators", .must, .major,
      requirement: "U+2028, U+2029, U+0085, and escaped control characters, are text",
      source: standard + ": only CR and LF end lines", expected: ["the same text"],
      mutants: [Mutant("replace '\u{2028}' '\n\n'"), Mutant("replace '\u{85}' ' '")],
      stimuli: { _ in
        [
          Stimulus(
            "text with separators that are no line ends",
            .answer([
              .text(
                TextStep(
                  words: [
                    "a\u{2028}b", "c\u{2029}d", "e\u{85}f", "g\u{0B}h", "i\u{0C}j", "k\nl",
                    "m\r\nn", "o\0p", ".",
                  ],
                  gap: .constant(.milliseconds(3))))
            ]))
        ]
      },
      judge: .each(text)),
    ConformanceCheck(
      "SSE-016", "sse/large-events", .should, .major,
      requirement: "large events pass, and do not hold up those behind them",
      source: "tool arguments and images of many kilobytes in one event",
      expected: ["64 KiB and 1 MiB", "64 KiB (a warning)"],
      mutants: [Mutant("limit-data 60KB"), Mutant("limit-data 600KB", gives: .warn)],
      stimuli: { _ in [large("64 KiB", 64 << 10), large("1 MiB", 1 << 20), large("8 MiB", 8 << 20)]
      },
      judge: .each { seen, passage in
        let found = text(seen, passage)
        switch passage.stimulus.name {
        case let name where name.hasPrefix("8 MiB"): return found.map { .info($0.words) }
        case let name where name.hasPrefix("1 MiB"): return found.map { .warn($0.words) }
        default: return found
        }
      }),
  ]

  private static let tab = "a tab behind the colon"

  private static func large(_ name: String, _ bytes: Int) -> Stimulus {
    let word = String(repeating: "0123456789abcdef", count: bytes / 16)
    return Stimulus(
      "\(name) in one event", .answer([.text(TextStep(words: ["a", word, "z"]))]),
      isSlow: bytes > 4 << 20
    ) {
      // Some formats say it again where it is done.
      $0.mostBody = 4 * bytes + Limits.suiteBodyBytes
    }
  }

  private static let text: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard seen.isSuccessStatus, seen.exchange.transport == .complete else {
      return [.fail("the exchange ended with \(Passage.end(seen))")]
    }
    let wanted = passage.text(of: seen.exchange.nonce)
    return AnswerSummary.difference(seen.text, wanted).map { [.fail("the text \($0)")] } ?? []
  }
}
