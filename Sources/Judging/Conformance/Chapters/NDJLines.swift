import Core
import Wire

/// Ollama's lines of JSON: an object a line, the last of them with `done` and the counts.
struct NDJLines: Chapter {
  private static let source = "Ollama, docs/api.md: streaming responses"
  /// A last line that the provider has not sent.
  private static let invents = Mutant(
    #"inject '{"model":"m","message":{"role":"assistant","content":""},"done":true,"#
      + #""done_reason":"stop","eval_count":4}\n' as=raw at match("\"done\":false}\n")"#)

  let checks = [
    ConformanceCheck(
      "NDJ-001", "ndj/lines", .must, .major, needs: .client, face: .ollama,
      requirement: "each line is one JSON object and ends with a line feed, and none is empty",
      source: "\(source); ollama-python parses every line", expected: ["an object a line"],
      mutants: [
        Mutant(#"replace '"done":false}\n' '"done":false}\n\n'"#),
        Mutant(#"replace '"done":false}\n' '"done":false}'"#),
        Mutant(#"replace '{"model"' 'data: {"model"'"#),
      ],
      stimuli: { _ in [.ref] }, judge: .each(lines)),
    ConformanceCheck(
      "NDJ-002", "ndj/done", .must, .critical, face: .ollama,
      requirement:
        "one line, the last, is done, with its reason and the counts, and none is made up for an"
        + " answer that broke off",
      source: "\(source); clients do not notice when it is missing",
      expected: [
        "one done line behind a whole answer; an error line or broken framing behind a cut one",
        "the same end as it came (a warning)",
      ],
      mutants: [
        Mutant(#"replace '"done":true' '"done":false'"#),
        Mutant(#"replace ',"done_reason":"stop"' ''"#), invents,
      ],
      stimuli: { _ in [.ref, .after5("a clean end after 5 of 20 tokens", [], repeats: true)] },
      judge: .each(done)),
    ConformanceCheck(
      "NDJ-003", "ndj/shapes", .must, .major, face: .ollama,
      requirement: "arguments of a tool call are an object, and errors are strings",
      source: "Ollama, docs/api.md: tool_calls; errors",
      expected: ["\"arguments\":{…} and {\"error\":\"…\"}"],
      mutants: [
        Mutant(#"replace '{"city":"Berlin"}' '"{\"city\":\"Berlin\"}"'"#),
        Mutant(#"replace '{"error":"no such model"}' '{"error":{"message":"no such model"}}'"#),
        Mutant(#"replace '{"error":"the runner ended"}' '{"error":true}'"#),
      ],
      stimuli: { _ in
        [
          Stimulus(
            "a tool call",
            [
              .role("assistant"),
              .toolCall(ToolCallStep(name: "weather", arguments: #"{"city":"Berlin"}"#, pieces: 3)),
              .finish("tool_calls"), .usage(UsageStep()), .done,
            ]),
          Stimulus(
            "404 before the answer", [.error(ErrorStep(status: 404, message: "no such model"))]),
          .after5("an error in the stream", [.errorEvent(ErrorStep(message: "the runner ended"))]),
        ]
      },
      judge: .each(shapes)),
  ]

  private static func objects(_ seen: Observation) -> [JSONValue] {
    seen.exchange.body.split(separator: 0x0A).compactMap { try? JSONValue.parse(Array($0)) }
  }

  private static let lines: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let body = seen.exchange.body
    guard body.last == 0x0A else { return [.fail("the last line does not end")] }
    for line in body.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
      guard !line.isEmpty else { return [.fail("an empty line")] }
      guard let value = try? JSONValue.parse(Array(line)), case .object = value else {
        let words = String(decoding: line.prefix(40), as: UTF8.self)
        return [.fail("a line that is no object: \(words)")]
      }
    }
    return []
  }

  private static let done: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard passage.script.isComplete else { return BreakOutcome.findings(seen, passage) }
    if let problem = seen.streamProblem { return problem }
    let objects = objects(seen)
    let ends = objects.filter { $0["done"]?.bool == true }
    guard ends.count == 1, let last = objects.last, last["done"]?.bool == true else {
      return [.fail("\(ends.count) lines that are done\(ends.count == 1 ? ", not last" : "")")]
    }
    let missing = ["done_reason", "eval_count"].filter { last[$0].map(\.isNull) ?? true }
    return missing.map { .fail("the last line has no \($0)") }
  }

  private static let shapes: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    let objects = objects(seen)
    let calls = objects.flatMap { $0["message"]?["tool_calls"]?.array ?? [] }
    let errors = objects.compactMap { $0["error"] }
    for call in calls {
      guard case .object = call["function"]?["arguments"] else {
        return [.fail("arguments that are no object")]
      }
    }
    for error in errors where error.string == nil { return [.fail("an error that is no string")] }
    let hasCall = passage.script.steps.contains { if case .toolCall = $0 { true } else { false } }
    if hasCall { return calls.isEmpty ? [.fail("the tool call is missing")] : [] }
    // A relay may end the connection instead; that is another check's matter.
    guard errors.isEmpty, seen.end == .done || seen.end == .httpError else { return [] }
    return [.fail("no error: \(Passage.end(seen))")]
  }
}
