import Core
import Wire

/// How a stream of Anthropic Messages is built: names, order, blocks inside a message, deltas inside
/// a block.
struct MSGShape: Chapter {
  private static let events = "Anthropic, streaming messages: event types"

  let checks = [
    ConformanceCheck(
      "MSG-001", "msg/event-names", .must, .critical, needs: .client, face: .messages,
      requirement: "every event is named, and its name is the type in its data",
      source: events, expected: ["event: TYPE before data with that type"],
      mutants: [
        Mutant("replace 'event: content_block_delta' 'event: delta'"),
        Mutant("replace 'event: message_stop' 'id: 1'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(names)),
    ConformanceCheck(
      "MSG-002", "msg/start-and-stop", .must, .critical, needs: .client, face: .messages,
      requirement: "message_start comes once and first, message_stop once and last",
      source: events, expected: ["one message_start, first, and one message_stop, last"],
      mutants: [
        Mutant("drop-event at event(1)"), Mutant("duplicate at event(1)"),
        Mutant("missing-terminator"), Mutant("double-terminator"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(envelope)),
    ConformanceCheck(
      "MSG-003", "msg/blocks", .must, .critical, needs: .client, face: .messages,
      requirement: "content blocks are numbered from 0 without a gap, one is open at a time, and no"
        + " delta is outside of one",
      source: events, expected: ["start, deltas and stop of each block, in order"],
      mutants: [
        Mutant(#"replace '"index":1' '"index":2'"#),
        Mutant(#"replace '"content_block_stop"' '"ping"'"#),
        Mutant(#"replace '"content_block_start"' '"ping"'"#),
      ],
      stimuli: { _ in [blocks] }, judge: .each(nesting)),
    ConformanceCheck(
      "MSG-004", "msg/delta-types", .must, .major, needs: .client, face: .messages,
      requirement: "a delta is of the type that its block takes",
      source: events,
      expected: ["text_delta in text, input_json_delta in tool_use, thinking_delta in thinking"],
      mutants: [
        Mutant(#"replace '"text_delta","text"' '"thinking_delta","thinking"'"#),
        Mutant(#"replace '"input_json_delta"' '"text_delta"'"#),
      ],
      stimuli: { _ in [blocks] }, judge: .each(deltaTypes)),
    ConformanceCheck(
      "MSG-007", "msg/pings", .must, .minor, face: .messages,
      requirement: "pings anywhere and events of a type that is not known yet change nothing",
      source: "Anthropic, streaming messages: ping events; other events",
      expected: ["the text, and no error"],
      mutants: [Mutant("drop-event at event(6)"), Mutant("duplicate at event(6)")],
      stimuli: { _ in [pings] }, judge: .each { seen, passage in passage.fidelity(seen) }),
  ]

  /// Thinking, text and two tools.
  static let blocks = Stimulus(
    "thinking, text and two tool calls",
    [.role("assistant")] + .tokens(2, kind: .reasoning) + .tokens(3) + [
      .toolCall(
        ToolCallStep(
          name: "weather", arguments: #"{"city":"Z\u00fcrich \"x\"","days":[1,2,{"a":null}]}"#,
          pieces: 12)), .toolCall(ToolCallStep(name: "now")), .finish("tool_calls"),
      .usage(UsageStep()), .done,
    ])

  private static let pings = Stimulus(
    "pings and an unknown event",
    [.keepAlive, .role("assistant"), .keepAlive] + .tokens(3) + [
      .keepAlive,
      .raw(Array("event: future_event\ndata: {\"type\":\"future_event\",\"x\":1}\n\n".utf8)),
    ] + .tokens(3) + Array.ending)

  private static let names: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let misnamed = EventNames.misnamed(seen)
    guard let first = misnamed.first else { return [] }
    return [.fail(misnamed.count > 1 ? "\(first), and \(misnamed.count - 1) more" : first)]
  }

  private static let envelope: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let types = EventNames.types(seen.payloads).filter { $0 != "ping" }
    var found: [Finding] = []
    for (type, place) in [("message_start", types.first), ("message_stop", types.last)] {
      let count = types.count { $0 == type }
      if count != 1 {
        found.append(.fail("\(count) times \(type)"))
      } else if place != type {
        found.append(.fail("\(type) is not where it belongs: \(place ?? "nothing") is"))
      }
    }
    return found
  }

  private static let nesting: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var (open, next): (Int?, Int) = (nil, 0)
    for payload in seen.payloads {
      let index = payload["index"]?.int
      switch payload["type"]?.string {
      case "content_block_start":
        if let open { return [.fail("a block begins while block \(open) is open")] }
        guard index == next else {
          return [.fail("block \(index.map(String.init) ?? "without a number"), not \(next)")]
        }
        (open, next) = (index, next + 1)
      case "content_block_delta":
        guard open != nil, index == open else { return [.fail("a delta outside of its block")] }
      case "content_block_stop":
        guard open != nil, index == open else { return [.fail("a block ends that is not open")] }
        open = nil
      case "message_delta", "message_stop":
        if let open { return [.fail("block \(open) never ends")] }
      default: continue
      }
    }
    return next > 0 ? [] : [.fail("no block")]
  }

  private static let fitting = [
    "text": ["text_delta", "citations_delta"], "tool_use": ["input_json_delta"],
    "thinking": ["thinking_delta", "signature_delta"],
  ]

  private static let deltaTypes: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var block = ""
    for payload in seen.payloads {
      switch payload["type"]?.string {
      case "content_block_start": block = payload["content_block"]?["type"]?.string ?? ""
      case "content_block_delta":
        let delta = payload["delta"]?["type"]?.string ?? "no type"
        if let fits = fitting[block], !fits.contains(delta) {
          return [.fail("\(delta) in a block of \(block)")]
        }
      default: continue
      }
    }
    return []
  }
}
