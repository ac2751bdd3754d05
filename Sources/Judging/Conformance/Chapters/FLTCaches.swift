import Core

/// Answers that broke off and must not be given to anybody again.
struct FLTCaches: Chapter {
  let checks = [
    ConformanceCheck(
      "FLT-016", "flt/not-cached", .mustByPolicy, .critical,
      requirement: "an answer that broke off is not the answer to the same request later",
      source: "caches that replayed cut answers for an hour",
      expected: ["a whole answer to the second request"],
      mutants: [Mutant("drop-event at event(12)"), Mutant("truncate at event(12)")],
      stimuli: { _ in
        [
          twice("FIN inside the framing, and the same request again", [.close]),
          twice("a clean end after 5 of 20 tokens, and the same request again", []),
        ]
      },
      judge: .all(whole))
  ]

  private static func twice(_ name: String, _ end: [Step]) -> Stimulus {
    Stimulus(
      name, [.role("assistant")] + .tokens(5) + end, later: .answer(.tokens(20))
    ) {
      $0.streams = 2
      $0.repeatsFirst = true
    }
  }

  private static let whole: @Sendable ([Passage]) -> [Finding] = { passages in
    passages.flatMap { passage -> [Finding] in
      let seen = passage.seen.sorted { $0.ordinal < $1.ordinal }
      guard let second = seen.last, second.ordinal > 0, let later = passage.stimulus.later else {
        return []
      }
      let isCached = second.provider.count < 2
      let text = ScriptWords(later, nonce: second.exchange.nonce).text()
      let name = passage.stimulus.name
      guard second.end == .done else {
        let words = "\(name): the second request ended with \(Passage.end(second))"
        return [
          isCached
            ? .fail("\(words), and the provider was not asked", in: second)
            : .fail(words, .major, in: second)
        ]
      }
      return AnswerSummary.difference(second.text, text).map {
        [.fail("\(name): the text of the second answer \($0)", in: second)]
      } ?? []
    }
  }
}
