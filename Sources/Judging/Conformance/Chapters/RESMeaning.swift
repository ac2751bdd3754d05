import Core
import Wire

/// What a stream of OpenAI Responses says: sums, ends, usage and errors.
struct RESMeaning: Chapter {
  private static let events = "OpenAI, streaming events of the Responses API"

  let checks = [
    ConformanceCheck(
      "RES-006", "res/sums", .must, .critical, needs: .client, face: .responses,
      requirement:
        "what is done says the same as its deltas together, and the response says it again",
      source: events, expected: ["done = the sum of the deltas, in items and response too"],
      mutants: [
        Mutant("drop-event at event(13)"),
        Mutant(#"replace '"delta":"t1-' '"delta":"T1-'"#),
        Mutant(#"replace '"type":"function_call","status":"completed"' '"type":"other"'"#),
      ],
      stimuli: { _ in [RESShape.items] }, judge: .each(sums)),
    ConformanceCheck(
      "RES-007", "res/terminal", .must, .critical, face: .responses,
      requirement: "the terminal event is the provider's, with its status, reason and usage",
      source: events, expected: ["the same type, incomplete_details.reason and usage"],
      mutants: [
        Mutant(
          "replace 'response.incomplete' 'response.completed'",
          #"replace '"status":"incomplete"' '"status":"completed"'"#),
        Mutant("replace 'max_output_tokens\"}' 'other\"}'"), Mutant("replace '419' '0'"),
      ],
      stimuli: { _ in ["stop", "length", "content_filter"].map(ended) }, judge: .each(terminal)),
    ConformanceCheck(
      "RES-008", "res/failed", .must, .major, face: .responses,
      requirement:
        "an upstream that fails in mid-stream ends as an error or as response.failed with"
        + " one, and never as completed",
      source: "Open Responses: an error while streaming is followed by response.failed",
      expected: ["error or response.failed with an error, then the end"],
      mutants: [
        Mutant("replace 'response.failed' 'response.completed'"),
        Mutant(
          "replace '\"error\"' '\"ping\"'", "replace 'event: error' 'event: ping'",
          "replace 'response.failed' 'response.other'"),
      ],
      stimuli: { _ in
        [
          .after5("an error after 5 tokens", [.errorEvent(ErrorStep(message: "gone"))]),
          .after5("a reset after 5 tokens", [.reset]),
        ]
      },
      judge: .each(failed)),
  ]

  private static func ended(_ reason: String) -> Stimulus {
    Stimulus(
      "an answer that ends by \(reason)",
      [.role("assistant")] + .tokens(3) + [.finish(FinishStep(reason)), .usage(UsageStep()), .done])
  }

  /// The kinds of deltas, the event that ends them, and its member that says it all again.
  private static let kinds = [
    ("response.output_text", "text"), ("response.refusal", "refusal"),
    ("response.function_call_arguments", "arguments"),
    ("response.reasoning_summary_text", "text"),
  ]

  private static let sums: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var found: [Finding] = []
    let payloads = seen.payloads
    for (kind, member) in kinds {
      var sum: [UInt8] = []
      for payload in payloads {
        switch payload["type"]?.string {
        case "\(kind).delta": sum += payload["delta"]?.bytes ?? []
        case "\(kind).done":
          if let words = AnswerSummary.difference(sum, payload[member]?.bytes ?? []) {
            found.append(.fail("the deltas before \(kind).done: their sum \(words)"))
          }
          sum = []
        default: continue
        }
      }
      if !sum.isEmpty { found.append(.fail("\(kind).delta without \(kind).done")) }
    }
    let items = payloads.filter { $0["type"]?.string == "response.output_item.done" }
      .compactMap { $0["item"] }
    let last = payloads.last { RESShape.terminals.contains($0["type"]?.string ?? "") }
    guard let output = last?["response"]?["output"]?.array else {
      return found + [.fail("the terminal event has no output")]
    }
    let kindsOf = { (items: [JSONValue]) in items.map { $0["type"]?.string ?? "" } }
    if output != items
      || kindsOf(items) != ["reasoning", "message", "function_call", "function_call"]
    {
      found.append(
        .fail("the items done are \(kindsOf(items)), the output is \(kindsOf(output))"))
    }
    return found
  }

  private static func end(_ observation: Observation) -> JSONValue? {
    observation.payloads.last { RESShape.terminals.contains($0["type"]?.string ?? "") }
  }

  private static let terminal: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let end = Self.end(seen) else { return [.fail("no terminal event")] }
    guard passage.pair.isSame, let direct = passage.direct.first.flatMap(Self.end) else {
      return USEReports.numbers(seen, passage)
    }
    let type = end["type"]?.string ?? ""
    var found: [Finding] = []
    if let wanted = direct["type"]?.string, wanted != type {
      found.append(.fail("\(type) instead of \(wanted)"))
    }
    for member in ["status", "incomplete_details", "usage"] {
      let (got, wanted) = (end["response"]?[member], direct["response"]?[member])
      guard got != wanted else { continue }
      let words = got.map { String(decoding: $0.serialized().prefix(120), as: UTF8.self) }
      found.append(.fail("the \(member) is \(words ?? "missing")"))
    }
    return found
  }

  private static let failed: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    guard seen.isSuccessStatus else { return [] }
    // Broken framing is as loud.
    guard seen.exchange.transport == .complete else { return [] }
    let payloads = seen.payloads
    let types = EventNames.types(payloads)
    if types.contains("response.completed") { return [.fail("response.completed", .critical)] }
    let isTold = payloads.contains { payload in
      switch payload["type"]?.string {
      case "error": true
      case "response.failed": payload["response"]?["error"].map { !$0.isNull } ?? false
      default: false
      }
    }
    return isTold ? [] : [.fail("no error, and the stream ends with \(types.last ?? "nothing")")]
  }
}
