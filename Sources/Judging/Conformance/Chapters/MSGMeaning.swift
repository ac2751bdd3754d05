import Core
import Wire

/// What a stream of Anthropic Messages says: signatures, tool input, why it stopped, what it cost,
/// what went wrong.
struct MSGMeaning: Chapter {
  private static let streaming = "Anthropic, streaming messages"

  let checks = [
    ConformanceCheck(
      "MSG-005", "msg/signatures", .must, .critical, face: .messages,
      requirement: "the signature of thinking arrives byte for byte, inside its block",
      source: "Anthropic, extended thinking: signatures are sent back as they came",
      expected: ["the provider's signature, before its block ends"],
      mutants: [
        Mutant(#"replace '"signature":"cmV' '"signature":"cmv'"#),
        Mutant("replace 'signature_delta' 'thinking_delta'"),
      ],
      stimuli: { _ in [MSGShape.blocks] }, judge: .each(signatures)),
    ConformanceCheck(
      "MSG-006", "msg/tool-input", .must, .critical, face: .messages,
      requirement: "the pieces of a tool's input add up to what the provider sent, and its block"
        + " opens with an empty object",
      source: streaming, expected: ["the same JSON, and \"input\":{} in the block's start"],
      mutants: [
        Mutant(#"replace '"input":{}' '"input":null'"#), Mutant("drop-event at event(14)"),
        Mutant("replace 'input_json_delta' 'other_delta'"),
      ],
      stimuli: { _ in [MSGShape.blocks] }, judge: .each(toolInput)),
    ConformanceCheck(
      "MSG-008", "msg/stop-reason", .must, .critical, face: .messages,
      requirement: "why the message stopped reaches the client, and an answer that was cut is never"
        + " said to have ended by itself",
      source: "Anthropic, stop reasons", expected: ["the provider's stop_reason and stop_sequence"],
      mutants: [
        Mutant(#"replace '"max_tokens"' '"end_turn"'"#),
        Mutant(#"replace '"stop_sequence":"END"' '"stop_sequence":null'"#),
        Mutant(#"replace '"pause_turn"' '"end_turn"'"#),
      ],
      stimuli: { _ in reasons.map(ended) }, judge: .each(stopReason)),
    ConformanceCheck(
      "MSG-009", "msg/usage", .must, .critical, face: .messages,
      requirement: "usage is there when the message starts, and the counts at its end are the"
        + " provider's",
      source: "Anthropic, streaming messages: the usage of message_delta is cumulative",
      expected: ["usage in message_start, and in message_delta with the provider's numbers"],
      mutants: [
        Mutant("replace '\"output_tokens\":419' '\"output_tokens\":1'"),
        Mutant("replace '\"input_tokens\":213' '\"other\":213'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(usage)),
    ConformanceCheck(
      "MSG-010", "msg/error-event", .must, .critical, face: .messages,
      requirement: "an error in the stream arrives as an event named error, with type and message,"
        + " and the message does not stop as if nothing had happened",
      source: "Anthropic, streaming messages: error events",
      expected: ["event: error with its type and message, and no message_stop"],
      mutants: [
        Mutant("replace 'event: error' 'event: message'"),
        Mutant("replace 'overloaded_error' 'api_error'"),
        Mutant("replace 'event: error' 'event: ping'", "replace '\"error\"' '\"ping\"'"),
      ],
      stimuli: { _ in
        [
          .after5(
            "an error after 5 tokens",
            [.errorEvent(ErrorStep(status: 529, type: "overloaded_error", message: "Overloaded"))])
        ]
      },
      judge: .each(errorEvent)),
    ConformanceCheck(
      "MSG-011", "msg/clean-eof", .mustByPolicy, .critical, face: .messages,
      requirement: "a message that ends without message_stop is not made into a complete one",
      source: streaming, expected: [FLTCuts.loud, "the same end as it came (a warning)"],
      mutants: [
        Mutant(
          #"inject 'event: message_stop\ndata: {"type":"message_stop"}\n\n' as=raw at event(7)"#)
      ],
      stimuli: { _ in [.after5("a clean end after 5 of 20 tokens", [], repeats: true)] },
      judge: .each(BreakOutcome.findings)),
    ConformanceCheck(
      "MSG-012", "msg/errors", .must, .major, face: .messages,
      requirement: "an error before the stream keeps its status and its type",
      source: "Anthropic, errors", expected: ["the provider's status and error.type"],
      mutants: [Mutant("status 500"), Mutant("replace '\"type\":\"error\"' '\"type\":\"oops\"'")],
      stimuli: { _ in errors.map(failed) }, judge: .each(errorStatus)),
  ]

  private static let reasons = [
    FinishStep("stop"), FinishStep("length"), FinishStep("stop", sequence: "END"),
    FinishStep("pause_turn"), FinishStep("refusal"), FinishStep("model_context_window_exceeded"),
  ]

  private static func ended(_ reason: FinishStep) -> Stimulus {
    Stimulus(
      "stopped by \(reason.sequence.map { "the sequence \($0)" } ?? reason.reason)",
      [.role("assistant")] + .tokens(3) + [.finish(reason), .usage(UsageStep()), .done])
  }

  private static let errors = [
    (400, "invalid_request_error"), (401, "authentication_error"), (403, "permission_error"),
    (404, "not_found_error"), (413, "request_too_large"), (429, "rate_limit_error"),
    (500, "api_error"), (529, "overloaded_error"),
  ]

  private static func failed(_ status: Int, _ type: String) -> Stimulus {
    Stimulus(
      "status \(status)",
      [.error(ErrorStep(status: status, type: type, message: "scripted", retryAfter: 0))])
  }

  /// The signatures of each block, put together, in the order of the blocks.
  private static func signatures(of payloads: [JSONValue]) -> [[UInt8]] {
    var found: [Int: [UInt8]] = [:]
    var open: Int?
    for payload in payloads {
      switch payload["type"]?.string {
      case "content_block_start": open = payload["index"]?.int
      case "content_block_stop": open = nil
      case "content_block_delta" where payload["delta"]?["type"]?.string == "signature_delta":
        guard let open, let bytes = payload["delta"]?["signature"]?.bytes else { continue }
        found[open, default: []] += bytes
      default: continue
      }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  private static let signatures: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard passage.pair.isSame, let direct = passage.direct.first else {
      return [.skip(.notObservable, "the provider's format has no signatures of this kind")]
    }
    let (got, wanted) = (signatures(of: seen.payloads), signatures(of: direct.payloads))
    if wanted.isEmpty { return [.fail("the provider sent no signature")] }
    if got.isEmpty { return [.fail("no signature")] }
    return got == wanted ? [] : [.fail("another signature than the provider sent")]
  }

  private static let toolInput: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    let found = passage.fidelity(seen)
    guard found.isEmpty else { return found }
    let starts = seen.payloads.compactMap { $0["content_block"] }.filter {
      $0["type"]?.string == "tool_use"
    }
    let isEmpty = starts.allSatisfy { $0["input"] == .object([]) }
    return isEmpty ? [] : [.fail("a tool_use block that does not open with \"input\":{}")]
  }

  private static func stop(_ observation: Observation) -> (reason: JSONValue?, at: JSONValue?) {
    let delta = observation.payloads.last { $0["type"]?.string == "message_delta" }?["delta"]
    return (delta?["stop_reason"], delta?["stop_sequence"])
  }

  private static let stopReason: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let got = stop(seen)
    guard let reason = got.reason?.string else { return [.fail("no stop_reason")] }
    guard passage.pair.isSame, let direct = passage.direct.first else {
      let isCut = seen.reading.events.contains { $0.kind == .finish("stop") }
      let wasCut = passage.stimulus.name.contains("length")
      return isCut && wasCut ? [.fail("\(reason) for an answer that was cut")] : []
    }
    let wanted = stop(direct)
    if wanted.reason?.string != reason {
      return [.fail("\(reason) instead of \(wanted.reason?.string ?? "none")")]
    }
    return got.at == wanted.at ? [] : [.fail("another stop_sequence")]
  }

  private static let usage: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let start = seen.payloads.first { $0["type"]?.string == "message_start" }
    guard start?["message"]?["usage"]?["input_tokens"]?.int != nil else {
      return [.fail("no input_tokens in message_start")]
    }
    return USEReports.numbers(seen, passage)
  }

  private static let errorEvent: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard seen.isSuccessStatus else { return [] }
    let blocks = seen.lens.blocks
    guard let block = blocks.first(where: { EventNames.name($0) == "error" }),
      let payload = block.data.flatMap({ try? JSONValue.parse($0) })
    else { return [.fail("no event named error: \(Passage.end(seen))")] }
    var found: [Finding] = []
    guard payload["type"]?.string == "error", let type = payload["error"]?["type"]?.string,
      payload["error"]?["message"]?.string != nil
    else { return [.fail("the error event has no error with type and message")] }
    if passage.pair.isSame, type != "overloaded_error" {
      found.append(.fail("the error is \(type), not overloaded_error"))
    }
    if EventNames.types(seen.payloads).contains("message_stop") {
      found.append(.fail("message_stop as if nothing had happened"))
    }
    return found
  }

  private static let errorStatus: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard let direct = passage.direct.first else { return [] }
    let (status, wanted) = (seen.exchange.status, direct.exchange.status)
    // What the relay's own key did wrong is the relay's, not the client's.
    if status == 502, [401, 403].contains(wanted) { return [] }
    guard status == wanted else { return [.fail("status \(status) instead of \(wanted)")] }
    guard let body = try? JSONValue.parse(seen.exchange.body), body["type"]?.string == "error",
      let type = body["error"]?["type"]?.string
    else { return [.fail("status \(status) without an error of this format")] }
    let told = (try? JSONValue.parse(direct.exchange.body))?["error"]?["type"]?.string
    return !passage.pair.isSame || type == told
      ? [] : [.fail("\(type) instead of \(told ?? "none") with status \(status)")]
  }
}
