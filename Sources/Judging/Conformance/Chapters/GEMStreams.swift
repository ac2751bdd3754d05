import Core
import Wire

/// Gemini's streams: their form, usage, reasons to end, calls and signatures.
struct GEMStreams: Chapter {
  private static let source = "Gemini API, streamGenerateContent"

  let checks = [
    ConformanceCheck(
      "GEM-001", "gem/data-lines", .mustByPolicy, .critical, needs: .client, face: .gemini,
      requirement: "a stream of events has lines of data and nothing else, and no [DONE]",
      source: "google-genai takes any other line for a broken answer",
      expected: ["data: {…} and an empty line"],
      mutants: [
        Mutant("inject \"keep-alive\" as=comment at event(3)"),
        Mutant("inject \"[DONE]\" at event(21)"), Mutant("replace 'data: {' 'data:{'"),
        Mutant("replace 'data: {' 'event: message\ndata: {'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(dataLines)),
    ConformanceCheck(
      "GEM-002", "gem/array", .must, .minor, needs: .client, face: .geminiArray,
      requirement:
        "without alt=sse the stream is one JSON array of the same answers, as they come",
      source: source, expected: ["a JSON array, in pieces", "in one piece (a warning)"],
      mutants: [
        Mutant("truncate at byte(1500)"), Mutant("whole-body", gives: .warn),
        Mutant(#"replace '"text":"t3' '"text":"t4'"#),
      ],
      stimuli: { _ in [.ref] }, judge: .each(array)),
    ConformanceCheck(
      "GEM-003", "gem/usage", .mustByPolicy, .major, face: .gemini,
      requirement:
        "of the counts that grow from event to event the last are kept, thoughts included",
      source: "\(source): usageMetadata", expected: ["the last counts, and their total"],
      mutants: [
        Mutant(#"replace '"thoughtsTokenCount":55' '"thoughtsTokenCount":0'"#),
        Mutant(#"replace '"totalTokenCount":89' '"totalTokenCount":35'"#),
      ],
      stimuli: { _ in
        [
          Stimulus(
            "counts that grow, with thoughts",
            [.role("assistant")] + .tokens(3) + [
              .finish("stop"),
              .usage(UsageStep(prompt: 11, completion: 78, cached: 0, reasoning: 55)), .done,
            ])
        ]
      },
      judge: .each(usage)),
    ConformanceCheck(
      "GEM-004", "gem/ends", .must, .critical, face: .gemini,
      requirement:
        "each reason to end is seen, wherever it stands, and a blocked prompt is no empty success",
      source: "\(source): finishReason, promptFeedback",
      expected: ["the text, and the reason that the provider gave"],
      mutants: [
        Mutant(#"replace '"SAFETY"' '"STOP"'"#),
        Mutant(#"replace '"promptFeedback"' '"feedback"'"#),
        Mutant("drop-event at event(2)"),
      ],
      stimuli: ends, judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "GEM-005", "gem/signatures", .mustByPolicy, .critical, face: .gemini,
      requirement: "calls arrive with their arguments, and signatures unchanged on their part",
      source: "Gemini API, thought signatures: have to be sent back as they came",
      expected: ["the same parts"],
      mutants: [
        Mutant(#"replace '"thoughtSignature"' '"signature"'"#),
        Mutant("replace 'Cr+/Z==' 'Cr+/A=='"),
        Mutant(#"replace '"days":2' '"days":"2"'"#),
      ],
      stimuli: { pair in [calls(pair)] }, judge: .each(parts)),
  ]

  // MARK: Stimuli

  private static func event(_ members: String) -> Step {
    .raw(
      Array(
        ("data: {\(members),\"modelVersion\":\"relaymark-scripted\",\"responseId\":\"r\"}\r\n\r\n")
          .utf8))
  }

  private static func candidate(_ parts: String, _ reason: String? = nil) -> Step {
    let reason = reason.map { ",\"finishReason\":\"\($0)\"" } ?? ""
    return event(
      "\"candidates\":[{\"content\":{\"parts\":[\(parts)],\"role\":\"model\"}\(reason),\"index\":0}],"
        + "\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":3,\"totalTokenCount\":10}"
    )
  }

  private static let ends: @Sendable (Pair) -> [Stimulus] = { pair in
    let scripted = ["content_filter", "length", "MALFORMED_FUNCTION_CALL"].map { reason in
      Stimulus(
        "an answer that ends by \(reason)",
        [.role("assistant")] + .tokens(5) + [
          .finish(FinishStep(reason)), .usage(UsageStep()), .done,
        ])
    }
    guard pair.upstream.name == "gemini" else { return scripted }
    return scripted + [
      Stimulus(
        "STOP in every event",
        ["one ", "two ", "three"].map { text in
          candidate("{\"text\":\"\(text)\"}", "STOP")
        }),
      Stimulus(
        "a blocked prompt",
        [
          event(
            "\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},"
              + "\"usageMetadata\":{\"promptTokenCount\":7,\"totalTokenCount\":7}")
        ]),
    ]
  }

  private static func calls(_ pair: Pair) -> Stimulus {
    guard pair.upstream.name == "gemini" else {
      return Stimulus(
        "two calls",
        [
          .role("assistant"),
          .toolCall(ToolCallStep(name: "weather", arguments: #"{"city":"Bern","days":2}"#)),
          .toolCall(ToolCallStep(name: "now")), .finish("tool_calls"), .usage(UsageStep()), .done,
        ])
    }
    return Stimulus(
      "two calls, the first of them signed",
      [
        candidate(
          #"{"functionCall":{"name":"weather","args":{"city":"Z\u00fcrich","days":2}},"#
            + #""thoughtSignature":"Cr+/Z=="},{"functionCall":{"name":"now","args":{}}}"#),
        candidate(#"{"text":"","thoughtSignature":"EpQ/a+b="}"#, "STOP"),
      ])
  }

  // MARK: Judgements

  private static let dataLines: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    for line in seen.lens.lines where !line.bytes.isEmpty {
      guard line.bytes.starts(with: Array("data: ".utf8)) else {
        return [.fail("the line \"\(line.text)\"")]
      }
      guard let value = try? JSONValue.parse(Array(line.bytes.dropFirst(6))), case .object = value
      else { return [.fail("data that is no object: \"\(line.text)\"")] }
    }
    return seen.lens.lines.isEmpty ? [.fail("no events")] : []
  }

  private static let array: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let document = try? JSONValue.parse(seen.exchange.body), document.array != nil else {
      return [.fail("the body is no JSON array")]
    }
    let found = passage.fidelity(seen)
    guard found.isEmpty else { return found }
    return cameAtOnce(seen) ? [.warn("it came in one piece")] : []
  }

  /// In one read, or in several within a quarter of the time in which it was written: one piece may
  /// be read in two.
  private static func cameAtOnce(_ seen: Observation) -> Bool {
    seen.exchange.timeline.reads.count < 2 || (Measures.spread(seen) ?? 1) < 0.25
  }

  private static let usage: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let last = seen.payloads.last(where: { $0["usageMetadata"] != nil })?["usageMetadata"]
    else { return [.fail("no usageMetadata")] }
    var found: [Finding] = []
    let number = { (name: String) in last[name]?.int ?? 0 }
    let output = number("candidatesTokenCount") + number("thoughtsTokenCount")
    if number("promptTokenCount") != 11 || output != 78 {
      found.append(.fail("\(number("promptTokenCount")) + \(output) tokens instead of 11 + 78"))
    }
    if passage.pair.isSame, number("thoughtsTokenCount") != 55 {
      found.append(.fail("\(number("thoughtsTokenCount")) tokens of thought instead of 55"))
    }
    if number("totalTokenCount") != 89 {
      found.append(.fail("a total of \(number("totalTokenCount")) instead of 89"))
    }
    return found
  }

  /// The calls and what is signed, in order.
  private static func signed(_ seen: Observation) -> [JSONValue] {
    var found: [JSONValue] = []
    for payload in seen.payloads {
      for candidate in payload["candidates"]?.array ?? [] {
        for part in candidate["content"]?["parts"]?.array ?? []
        where part["functionCall"] != nil || part["thoughtSignature"] != nil {
          found.append(part.canonical)
        }
      }
    }
    return found
  }

  private static let parts: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard passage.pair.isSame, let direct = passage.direct.first else {
      return passage.fidelity(seen)
    }
    let (got, wanted) = (signed(seen), signed(direct))
    if got == wanted { return [] }
    guard let lost = wanted.first(where: { !got.contains($0) }) else {
      return [.fail("\(got.count) parts instead of \(wanted.count)")]
    }
    return [.fail("missing: \(String(decoding: lost.serialized().prefix(120), as: UTF8.self))")]
  }
}
