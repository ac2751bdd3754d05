import Core
import Wire

/// Tool calls, as accumulators in SDKs put them together.
struct CHATTools: Chapter {
  private static let schema = "OpenAI, OpenAPI: ChatCompletionMessageToolCallChunk"

  let checks = [
    ConformanceCheck(
      "CHAT-013", "chat/tool-indices", .must, .critical, face: .chat,
      requirement: "tool calls have the indices 0, 1 and so on, each call its own",
      source: schema + ": index is required; openai-python fails on others",
      expected: ["0 and 1", "what the provider sent, as it came (a warning)"],
      mutants: [
        Mutant("replace '\"tool_calls\":[{\"index\":1' '\"tool_calls\":[{\"index\":2'"),
        Mutant("replace '\"tool_calls\":[{\"index\":1' '\"tool_calls\":[{\"index\":0'"),
      ],
      stimuli: { pair in
        let odd = [
          Stimulus(
            "calls without an index", .answer(calls),
            faults: [
              "replace '\"tool_calls\":[{\"index\":1,' '\"tool_calls\":[{'",
              "replace '\"tool_calls\":[{\"index\":0,' '\"tool_calls\":[{'",
            ]),
          Stimulus(
            "calls that all have the index 0", .answer(calls),
            faults: ["replace '\"tool_calls\":[{\"index\":1,' '\"tool_calls\":[{\"index\":0,'"]),
        ]
        return [two] + (pair.upstream.name == Dialects.usual.name ? odd : [])
      },
      judge: .each(indices)),
    ConformanceCheck(
      "CHAT-014", "chat/tool-names-once", .should, .major, face: .chat,
      requirement: "a call has its id, type and name once, in its first delta",
      source: "openai-python joins what comes again: call_1call_1",
      expected: ["once", "again, the same (a warning)"],
      mutants: [
        Mutant(
          "replace '{\"index\":0,\"function\":{\"arg' '{\"index\":0,\"id\":\"\",\"function\":{\"arg'"
        ),
        Mutant(
          "replace '{\"index\":0,\"function\":{\"arg' '{\"index\":0,\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arg'",
          gives: .warn),
      ],
      stimuli: { _ in [two] }, judge: .each(namesOnce)),
    ConformanceCheck(
      "CHAT-015", "chat/tool-arguments", .must, .critical, face: .chat,
      requirement: "the arguments of a call are the same text, and come bit by bit",
      source: schema + ": arguments is a string that is joined",
      expected: [
        "the same text, 80 % of the deltas in a read of their own", "50 % of them (a warning)",
      ],
      mutants: [
        Mutant("drop-event at event(9)"), Mutant("coalesce 64KB within=2s"),
      ],
      stimuli: { _ in [long] }, judge: .each(arguments)),
  ]

  private static let calls: [Step] = [
    .toolCall(
      ToolCallStep(
        name: "weather", arguments: #"{"city":"Zürich","days":[1,2]}"#, pieces: 4,
        gap: .constant(.milliseconds(3)))),
    .toolCall(
      ToolCallStep(
        name: "now", arguments: #"{"zone":"UTC"}"#, pieces: 2, gap: .constant(.milliseconds(3)))),
  ]
  private static let two = Stimulus(
    "two parallel tool calls",
    [.role("assistant")] + calls + [.finish("tool_calls"), .usage(UsageStep()), .done])
  private static let long = Stimulus(
    "arguments in 30 deltas, 20 ms apart",
    [.role("assistant")] + [
      .toolCall(
        ToolCallStep(
          name: "store",
          arguments:
            #"{"text":"\"quoted\" \\ back é 漢 🧪","whole":1.0,"big":9007199254740993,"a":{"a":{"a":[]}},"nul":null,"longer":"0123456789012345678901234567890123456789"}"#,
          pieces: 30, gap: .constant(.milliseconds(20))))
    ] + [.finish("tool_calls"), .usage(UsageStep()), .done], company: .quiet)

  /// The deltas of calls, in order.
  private static func deltas(_ seen: Observation) -> [JSONValue] {
    seen.payloads.flatMap { $0["choices"]?.array ?? [] }
      .flatMap { $0["delta"]?["tool_calls"]?.array ?? [] }
  }

  private static let indices: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let found = problems(seen)
    guard !found.isEmpty, passage.stimulus != two else { return found.map { .fail($0) } }
    let isSame = passage.direct.first.map { problems($0) == found } ?? false
    return found.map { isSame ? .warn($0 + ", as it came") : .fail($0) }
  }

  private static func problems(_ seen: Observation) -> [String] {
    let deltas = deltas(seen)
    guard !deltas.isEmpty else { return ["no tool calls"] }
    let numbers = deltas.map { $0["index"]?.int }
    if numbers.contains(nil) { return ["a delta without an index"] }
    var ids: [Int: Set<String>] = [:]
    for delta in deltas {
      guard let id = delta["id"]?.string, !id.isEmpty else { continue }
      ids[delta["index"]?.int ?? 0, default: []].insert(id)
    }
    if ids.values.contains(where: { $0.count > 1 }) { return ["two calls with one index"] }
    let seen = Set(numbers.compactMap(\.self)).sorted()
    return seen == Array(0..<seen.count) ? [] : ["the indices \(seen)"]
  }

  private static let namesOnce: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var found: Set<Finding> = []
    var first: [Int: JSONValue] = [:]
    for delta in deltas(seen) {
      let index = delta["index"]?.int ?? 0
      guard let begun = first[index] else {
        first[index] = delta
        if delta["id"]?.bytes?.isEmpty != false {
          found.insert(.fail("a call begins without an id"))
        }
        if delta["function"]?["name"]?.bytes?.isEmpty != false {
          found.insert(.fail("a call begins without a name"))
        }
        continue
      }
      for (key, own, wanted) in [
        ("id", delta["id"], begun["id"]),
        ("name", delta["function"]?["name"], begun["function"]?["name"]),
      ] {
        guard let own, !own.isNull else { continue }
        found.insert(
          own == wanted ? .warn("the \(key) comes again") : .fail("the \(key) becomes another"))
      }
    }
    return found.sorted { $0.words < $1.words }
  }

  private static let arguments: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let found = passage.fidelity(seen)
    guard found.isEmpty else { return found }
    let pieces = seen.output.filter { $0.kind == .toolArguments }
    let reads = Set(pieces.map(\.wake)).count
    let words = "30 deltas came in \(reads) reads"
    if reads * 2 < 30 { return [.fail(words, .major)] }
    return reads * 10 < 30 * 8 ? [.warn(words)] : []
  }
}
