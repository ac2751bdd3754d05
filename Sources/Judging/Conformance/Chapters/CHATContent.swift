import Core
import Wire

/// What chunks carry besides plain text.
struct CHATContent: Chapter {
  private static let vLLM = "vLLM's tests compare both"

  let checks = [
    ConformanceCheck(
      "CHAT-012", "chat/choices", .must, .major, face: .chat,
      requirement: "several answers to one request stay apart",
      source: "OpenAI, OpenAPI: n and index", expected: ["text and finish reason of each"],
      mutants: [Mutant("replace '\"index\":1' '\"index\":0'"), Mutant("drop-event at event(14)")],
      stimuli: { _ in
        [
          Stimulus(
            "three answers in turns",
            [.role("assistant")] + .tokens(2) + .tokens(2, choice: 1) + .tokens(2, choice: 2)
              + .tokens(2) + .tokens(2, choice: 1) + .tokens(2, choice: 2)
              + [
                .finish(FinishStep("stop")), .finish(FinishStep("length", choice: 1)),
                .finish(FinishStep("stop", choice: 2)), .usage(UsageStep()), .done,
              ]
          ) { $0.members = "\"n\":3" }
        ]
      },
      judge: .each { seen, passage in
        (400..<500).contains(seen.exchange.status)
          ? [
            .skip(
              .unsupportedFormat, "the relay answers \(seen.exchange.status) to several answers")
          ]
          : passage.fidelity(seen)
      }),
    ConformanceCheck(
      "CHAT-016", "chat/reasoning", .mustByPolicy, .major, face: .chat,
      requirement: "reasoning arrives as reasoning: all of it, and none of it as text",
      source: "DeepSeek, Qwen and xAI: reasoning_content; OpenRouter and Groq: reasoning",
      expected: ["the same under the same name", "under another name (a warning)"],
      mutants: [
        Mutant("replace 'reasoning_content' 'x_thought'"),
        Mutant("replace '\"reasoning_content\"' '\"content\"'"),
        Mutant("replace '\"reasoning_content\"' '\"reasoning\"'", gives: .warn),
      ],
      stimuli: { _ in
        [Stimulus("reasoning before the text", .answer(.tokens(10, kind: .reasoning) + .tokens(5)))]
      },
      judge: .each(reasoning)),
    ConformanceCheck(
      "CHAT-017", "chat/refusal-and-logprobs", .should, .minor, face: .chat,
      requirement: "refusals and logprobs survive",
      source: "OpenAI, OpenAPI: refusal and logprobs of a chunk",
      expected: ["the same", "vendors' own members may go"],
      mutants: [
        Mutant("replace '\"refusal\":\"' '\"refusl\":\"'"),
        Mutant("replace '\"logprobs\":{' '\"lgprobs\":{'"),
      ],
      stimuli: { _ in
        [
          Stimulus(
            "a refusal", [.role("assistant")] + .tokens(5, kind: .refusal) + [Step].ending),
          Stimulus(
            logprobs,
            .answer([
              ChatRaw.chunk(
                #"{"index":0,"delta":{"content":"Hi","x_vendor":1},"logprobs":{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[]}]},"finish_reason":null}"#,
                more: #""x_top":{"a":1},"#)
            ])),
        ]
      },
      judge: .each(refusalAndLogprobs)),
    ConformanceCheck(
      "CHAT-018", "chat/empty-choices", .mustByPolicy, .critical, face: .chat,
      requirement: "chunks without choices end nothing and break nothing",
      source: "Azure's first chunk, annotations, and the usage chunk",
      expected: ["all of the text, and the id of the first real chunk"],
      mutants: [Mutant("close at event(2)"), Mutant("error-event at event(5)")],
      stimuli: { _ in
        [
          Stimulus(
            "Azure's first chunk, and one with annotations alone",
            [
              .raw(
                Array(
                  (#"data: {"choices":[],"created":0,"id":"","model":"","object":"","#
                    + #""prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}"#
                    + "\n\n").utf8)), .role("assistant"),
            ] + .tokens(5) + [ChatRaw.chunk("")] + .tokens(5) + [Step].ending)
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "CHAT-019", "chat/stream-equals-whole", .should, .major, face: .chat,
      requirement: "an answer says the same as a stream and in one piece", source: vLLM,
      expected: ["the same text, calls, finish reason and usage"],
      mutants: [Mutant("missing-usage"), Mutant("drop-event at event(5)")],
      stimuli: { _ in
        [.ref, Stimulus("the same in one piece", .answer(.tokens(20))) { $0.stream = false }]
      },
      judge: .all(streamEqualsWhole)),
    ConformanceCheck(
      "CHAT-020", "chat/obfuscation", .may, .minor, face: .chat,
      requirement: "padding against eavesdroppers does not become text",
      source: "OpenAI, OpenAPI: include_obfuscation", expected: ["the text"],
      mutants: [Mutant("replace '\"delta\":{\"content\":\"' '\"delta\":{\"content\":\"xY7'")],
      stimuli: { _ in
        [
          Stimulus(
            "chunks with padding",
            .answer(
              .tokens(3) + [
                ChatRaw.chunk(
                  #"{"index":0,"delta":{"content":"and more"},"finish_reason":null}"#,
                  more: #""obfuscation":"xY7pAd","#)
              ]))
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen) }),
  ]

  private static let logprobs = "logprobs and a vendor's own members"

  private static let reasoning: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let words = ScriptWords(passage.script, nonce: seen.exchange.nonce)
    let thought = seen.reading.events.flatMap { event -> [UInt8] in
      if case .reasoning(let bytes) = event.kind { bytes } else { [] }
    }
    var found: [Finding] = []
    if let words = AnswerSummary.difference(thought, words.reasoning) {
      found.append(.fail("the reasoning \(words)"))
    }
    if let words = AnswerSummary.difference(seen.text, words.text()) {
      found.append(.fail("the text \(words)"))
    }
    guard found.isEmpty, let direct = passage.direct.first, passage.pair.isSame else {
      return found
    }
    let names = { (observation: Observation) -> Set<String> in
      let deltas = observation.payloads.flatMap { $0["choices"]?.array ?? [] }
        .compactMap { $0["delta"] }
      return Set(
        ["reasoning_content", "reasoning", "reasoning_details"].filter { name in
          deltas.contains { $0[name] != nil }
        })
    }
    let own = names(seen)
    return own.isSuperset(of: names(direct))
      ? [] : [.warn("it is called \(own.sorted().joined(separator: ", "))")]
  }

  private static let refusalAndLogprobs: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    var found = passage.fidelity(seen)
    guard passage.stimulus.name == logprobs else { return found }
    let choices = { (observation: Observation) in
      observation.payloads.flatMap { $0["choices"]?.array ?? [] }
    }
    let values = { (observation: Observation) in
      choices(observation).compactMap { $0["logprobs"] }.filter { !$0.isNull }
    }
    if let direct = passage.direct.first,
      values(direct).map(\.canonical) != values(seen).map(\.canonical)
    {
      found.append(.fail("the logprobs are \(values(seen).isEmpty ? "lost" : "others")"))
    }
    if !choices(seen).contains(where: { $0["delta"]?["x_vendor"] != nil }) {
      found.append(.info("a vendor's member of a delta is dropped"))
    }
    if !seen.payloads.contains(where: { $0["x_top"] != nil }) {
      found.append(.info("a vendor's member of a chunk is dropped"))
    }
    return found
  }

  private static let streamEqualsWhole: @Sendable ([Passage]) -> [Finding] = { passages in
    guard passages.count == 2, let stream = passages[0].seen.first,
      let whole = passages[1].seen.first
    else { return [] }
    if let problem = stream.streamProblem ?? whole.streamProblem { return problem }
    return AnswerSummary(whole).differences(from: AnswerSummary(stream))
      .map { .fail("in one piece, \($0)", in: whole) }
  }
}
