import Core
import Wire

/// Why an answer ended, said once, truly, and behind all of it.
struct CHATFinish: Chapter {
  private static let schema = "OpenAI, OpenAPI: finish_reason"

  let checks = [
    ConformanceCheck(
      "CHAT-006", "chat/one-finish", .must, .critical, face: .chat,
      requirement: "every choice has exactly one finish reason, and no text is lost around it",
      source: schema, expected: ["one", "several, as the provider sent them (a warning)"],
      mutants: [
        Mutant("duplicate at event(22)"),
        Mutant("replace '\"finish_reason\":\"stop\"' '\"finish_reason\":null'"),
      ],
      stimuli: { pair in
        let chat = [
          Stimulus.ref(
            "a finish reason in every chunk",
            faults: "replace '\"finish_reason\":null' '\"finish_reason\":\"stop\"'"),
          Stimulus(
            "two finish chunks",
            [.role("assistant")] + .tokens(10) + [.finish("stop"), .finish("stop")] + [
              .usage(UsageStep()), .done,
            ]),
        ]
        return [.ref] + (pair.upstream.name == Dialects.usual.name ? chat : [])
      },
      judge: .each(oneFinish)),
    ConformanceCheck(
      "CHAT-007", "chat/finish-reason", .must, .critical, face: .chat,
      requirement:
        "an answer that was cut short, filtered or ended for a tool is not said to be whole",
      source: schema + " is stop, length, tool_calls or content_filter",
      expected: ["the same reason", "error, for one that is unknown"],
      mutants: [
        Mutant("replace '\"length\"' '\"stop\"'"),
        Mutant("replace '\"insufficient_system_resource\"' '\"stop\"'"),
      ],
      stimuli: { _ in
        ["stop", "length", "content_filter", "insufficient_system_resource"].map { reason in
          Stimulus(
            "an answer that ends with \(reason)",
            [.role("assistant")] + .tokens(5) + [
              .finish(FinishStep(reason)), .usage(UsageStep()), .done,
            ])
        }
      },
      judge: .each(reason)),
    ConformanceCheck(
      "CHAT-008", "chat/text-in-finish-chunk", .mustByPolicy, .critical, face: .chat,
      requirement: "text in the chunk with the finish reason is kept",
      source: "vLLM sends content and finish together",
      expected: ["all of the text, and the reason"],
      mutants: [Mutant("replace 'the last words' ''")],
      stimuli: { _ in
        [
          Stimulus(
            "the last words and the finish reason in one chunk",
            [.role("assistant")] + .tokens(5)
              + [
                ChatRaw.chunk(
                  #"{"index":0,"delta":{"content":"the last words"},"finish_reason":"stop"}"#),
                .usage(UsageStep()), .done,
              ])
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "CHAT-009", "chat/text-behind-finish", .should, .minor, face: .chat,
      requirement: "text behind the finish reason is not lost silently",
      source: "providers send a last delta behind it",
      expected: ["all of the text", "in another order (a warning)", "an error"],
      mutants: [
        Mutant("drop-event at event(8)"), Mutant("reorder-events at event(7)", gives: .warn),
      ],
      stimuli: { _ in
        [
          Stimulus(
            "text behind the finish reason",
            [.role("assistant")] + .tokens(5) + [.finish("stop")] + .tokens(1) + [.done])
        ]
      },
      judge: .each(behindFinish)),
  ]

  private static let oneFinish: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let isRef = passage.stimulus == .ref
    let summary = AnswerSummary(seen)
    var found: [Finding] = []
    for (index, choice) in summary.choices.sorted(by: { $0.key < $1.key })
    where choice.finishes.count != 1 {
      let words = "\(choice.finishes.count) finish reasons of choice \(index)"
      found.append(isRef || choice.finishes.isEmpty ? .fail(words) : .warn(words))
    }
    if let words = AnswerSummary.difference(seen.text, passage.text(of: seen.exchange.nonce)) {
      found.append(.fail("the text \(words)"))
    }
    return found
  }

  private static let reason: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem {
      return seen.end == .httpError || seen.end == .errorEvent ? [] : problem
    }
    guard
      case .finish(let sent)? = passage.script.steps.first(where: {
        if case .finish = $0 { true } else { false }
      })
    else { return [] }
    let own = AnswerSummary(seen).choices[0]?.finishes ?? []
    guard own != [sent.reason], seen.end != .errorEvent else { return [] }
    let words = "\(sent.reason) became \(AnswerSummary.list(own))"
    let known = ["stop", "length", "tool_calls", "content_filter"]
    if sent.reason != "stop", own.contains("stop") { return [.fail(words)] }
    if own.isEmpty { return [.fail(words, .major)] }
    if !known.contains(sent.reason) { return [.warn(words)] }
    return [.fail(words, .major)]
  }

  private static let behindFinish: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    guard seen.isSuccessStatus, seen.end != .errorEvent else { return [] }
    if let words = AnswerSummary.difference(seen.text, passage.text(of: seen.exchange.nonce)) {
      return [.fail("the text \(words)")]
    }
    let order = { (observation: Observation) -> Bool in
      let events = observation.reading.events
      let finish = events.firstIndex { if case .finish = $0.kind { true } else { false } } ?? 0
      return events[finish...].contains { if case .output = $0.kind { true } else { false } }
    }
    guard let direct = passage.direct.first, order(direct) != order(seen) else { return [] }
    return [.warn("the finish reason has moved behind the text")]
  }
}

/// Chunks of OpenAI's chat that no script step says.
enum ChatRaw {
  /// A chunk with this one choice, or none, and these members besides.
  static func chunk(_ choice: String, more: String = "") -> Step {
    .raw(
      Array(
        (#"data: {"id":"chatcmpl-raw","object":"chat.completion.chunk","created":1790000000,"#
          + #""model":"relaymark-scripted",\#(more)"choices":[\#(choice)]}"# + "\n\n").utf8))
  }
}
