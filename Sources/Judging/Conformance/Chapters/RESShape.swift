import Core
import Wire

/// How a stream of OpenAI Responses is built: names, numbers, envelope, items and their parts.
struct RESShape: Chapter {
  private static let events = "OpenAI, streaming events of the Responses API"

  let checks = [
    ConformanceCheck(
      "RES-001", "res/event-names", .must, .major, needs: .client, face: .responses,
      requirement: "every event is named, and its name is the type in its data",
      source: "Open Responses: the event field must match the type in the body",
      expected: ["event: TYPE before data with that type"],
      mutants: [
        Mutant("replace 'event: response.output_text.delta' 'id: 1'"),
        Mutant("replace 'event: response.completed' 'event: done'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(names)),
    ConformanceCheck(
      "RES-002", "res/sequence", .must, .major, needs: .client, face: .responses,
      requirement: "sequence_number is in every event, and grows by one from each to the next",
      source: events, expected: ["0, 1, 2 and so on"],
      mutants: [
        Mutant("drop-event at event(6)"), Mutant("duplicate at event(6)"),
        Mutant(#"replace '"sequence_number":7,' ''"#),
      ],
      stimuli: { _ in [.ref] }, judge: .each(sequence)),
    ConformanceCheck(
      "RES-003", "res/envelope", .must, .major, needs: .client, face: .responses,
      requirement: "response.created comes once and first, one terminal event comes last",
      source: events,
      expected: ["response.created, response.in_progress, …, one of completed, incomplete, failed"],
      mutants: [
        Mutant("drop-event at event(1)"), Mutant("duplicate at event(1)"),
        Mutant("missing-terminator"), Mutant("double-terminator"),
        Mutant("reorder-events at event(1)"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(envelope)),
    ConformanceCheck(
      "RES-004", "res/nesting", .must, .critical, needs: .client, face: .responses,
      requirement: "each item is added before and done after all that belongs to it, and so is each"
        + " part of its content",
      source: events, expected: ["added, …, done, well nested for each output_index"],
      mutants: [
        Mutant("replace 'response.output_item.added' 'response.other'"),
        Mutant("replace 'response.content_part.added' 'response.other'"),
        Mutant("replace 'response.output_item.done' 'response.other'"),
      ],
      stimuli: { _ in [items] }, judge: .each(nesting)),
    ConformanceCheck(
      "RES-005", "res/stable-ids", .mustByPolicy, .major, needs: .client, face: .responses,
      requirement: "an item keeps its id, the response keeps its own, and output_index never goes"
        + " back",
      source: events, expected: ["one item_id for each output_index, one response.id"],
      mutants: [
        Mutant(#"replace '"id":"resp_' '"id":"resp_x' first=1"#),
        Mutant(#"replace '":"item_' '":"other_' first=3"#),
      ],
      stimuli: { _ in [items] }, judge: .each(stableIDs)),
    ConformanceCheck(
      "RES-009", "res/terminator", .must, .minor, needs: .client, face: .responses,
      requirement: "nothing comes behind the terminal event but [DONE], and that at most once",
      source: "Open Responses: the literal [DONE]; OpenAI's own streams end without it",
      expected: ["the terminal event, then [DONE] once or the end"],
      mutants: [
        Mutant(#"inject '{"type":"ping"}' at event(28)"#),
        Mutant("inject '[DONE]' at event(28)", "inject '[DONE]' at event(28)"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(terminator)),
  ]

  /// Reasoning, text, a refusal and two calls.
  static let items = Stimulus(
    "reasoning, text and two function calls",
    [.role("assistant")] + .tokens(2, kind: .reasoning) + .tokens(3)
      + .tokens(2, kind: .refusal) + [
        .toolCall(
          ToolCallStep(
            name: "weather", arguments: #"{"city":"Z\u00fcrich","days":[1,2]}"#, pieces: 5)
        ), .toolCall(ToolCallStep(name: "now")), .finish("tool_calls"), .usage(UsageStep()), .done,
      ])

  static let terminals: Set<String> = [
    "response.completed", "response.incomplete", "response.failed",
  ]

  private static let names: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let misnamed = EventNames.misnamed(seen)
    guard let first = misnamed.first else { return [] }
    return [.fail(misnamed.count > 1 ? "\(first), and \(misnamed.count - 1) more" : first)]
  }

  private static let sequence: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let numbers = seen.payloads.map { $0["sequence_number"]?.int }
    guard !numbers.isEmpty else { return [.fail("no event")] }
    for (place, number) in numbers.enumerated() where number != place {
      return [.fail("event \(place) has the number \(number.map(String.init) ?? "none")")]
    }
    return []
  }

  private static let envelope: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let types = EventNames.types(seen.payloads)
    var found: [Finding] = []
    let opened = types.count { $0 == "response.created" }
    if opened != 1 { found.append(.fail("\(opened) times response.created")) }
    if types.first != "response.created" {
      found.append(.fail("it begins with \(types.first ?? "nothing")"))
    }
    let ends = types.count(where: terminals.contains)
    if ends != 1 { found.append(.fail("\(ends) terminal events")) }
    if let last = types.last, !terminals.contains(last) { found.append(.fail("\(last) is last")) }
    return found
  }

  private static let nesting: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var (item, part): (Int?, Int?)
    var count = 0
    for payload in seen.payloads {
      guard let type = payload["type"]?.string, let index = payload["output_index"]?.int else {
        continue
      }
      switch type {
      case "response.output_item.added":
        if let item { return [.fail("item \(index) is added while item \(item) is open")] }
        (item, part, count) = (index, nil, count + 1)
      case "response.output_item.done":
        guard item == index, part == nil else { return [.fail("item \(index) is done, not open")] }
        item = nil
      case "response.content_part.added":
        guard item == index, part == nil else { return [.fail("a part outside of its item")] }
        part = payload["content_index"]?.int
      case "response.content_part.done":
        guard part != nil else { return [.fail("a part is done that was never added")] }
        part = nil
      default:
        guard item == index else { return [.fail("\(type) outside of item \(index)")] }
        let needsPart = ["output_text", "refusal"].contains { type.hasPrefix("response.\($0).") }
        if needsPart, part == nil { return [.fail("\(type) outside of a part")] }
      }
    }
    if let item { return [.fail("item \(item) is never done")] }
    return count > 0 ? [] : [.fail("no item was added")]
  }

  private static let stableIDs: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    var ids: [Int: String] = [:]
    var last = 0
    var responses: Set<String> = []
    for payload in seen.payloads {
      if let id = payload["response"]?["id"]?.string { responses.insert(id) }
      guard let index = payload["output_index"]?.int else { continue }
      if index < last { return [.fail("output_index goes back from \(last) to \(index)")] }
      last = index
      guard let id = payload["item_id"]?.string ?? payload["item"]?["id"]?.string else { continue }
      if let known = ids.updateValue(id, forKey: index), known != id {
        return [.fail("item \(index) is \(known), then \(id)")]
      }
    }
    if responses.count != 1 { return [.fail("\(responses.count) ids of one response")] }
    return ids.isEmpty ? [.fail("no item has an id")] : []
  }

  private static let terminator: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let data = seen.lens.blocks.compactMap(\.data)
    let isTerminal = { (data: [UInt8]) in
      (try? JSONValue.parse(data))?["type"]?.string.map(terminals.contains) ?? false
    }
    guard let place = data.firstIndex(where: isTerminal) else {
      return [.fail("no terminal event")]
    }
    let rest = data[(place + 1)...]
    let done = rest.count { $0.elementsEqual("[DONE]".utf8) }
    if done < rest.count { return [.fail("\(rest.count - done) events behind the terminal one")] }
    return done > 1 ? [.fail("\(done) times [DONE]")] : []
  }
}
