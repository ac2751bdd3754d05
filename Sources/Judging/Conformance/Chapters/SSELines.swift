import Core
import Wire

/// The lines that a relay writes, seen as strict clients see them.
struct SSELines: Chapter {
  private static let standard = "WHATWG HTML section 9.2.6, interpreting an event stream"

  let checks = [
    ConformanceCheck(
      "SSE-002", "sse/legal-lines", .should, .major, needs: .client,
      requirement: "every line is empty, a comment, or a field that the standard knows",
      source: standard + ": data in unknown fields is lost",
      expected: ["data, event, id, retry, comments"],
      mutants: [
        Mutant("inject '{\"error\":\"oops\"}\n\n' as=raw at event(3)"),
        Mutant("inject 'foo: bar\n\n' as=raw at event(3)", gives: .warn),
      ],
      stimuli: { _ in [.ref] }, judge: .each(legal)),
    ConformanceCheck(
      "SSE-005", "sse/no-bom", .should, .major, needs: .client,
      requirement: "the stream does not begin with a byte order mark",
      source: "openai-python, anthropic and groq lose the first event behind one",
      expected: ["no mark", "one (a warning)"],
      mutants: [Mutant("bom", gives: .warn), Mutant("bom", "bom")],
      stimuli: { _ in [.ref] }, judge: .each(noMark)),
    ConformanceCheck(
      "SSE-010", "sse/one-space", .should, .major, needs: .client,
      requirement: "data lines are written with exactly one space behind the colon",
      source: "google-genai needs it, and openai-python cannot read two before [DONE]",
      expected: ["data: and a character that is no blank", "other forms (a warning)"],
      mutants: [
        Mutant("no-space"), Mutant("replace 'data: {' 'data:{'", gives: .warn),
        Mutant("replace 'data: [' 'data:  ['"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(oneSpace)),
    ConformanceCheck(
      "SSE-013", "sse/no-empty-events", .should, .major, needs: .client,
      requirement: "every block has data in it, or is a comment",
      source: "openai-python raises a JSONDecodeError on an event with empty data",
      expected: ["data or a comment in each", "blocks of only id or retry (a warning)"],
      mutants: [
        Mutant("inject 'data:\n\n' as=raw at event(3)"),
        Mutant("inject 'retry: 3000\n\n' as=raw at event(3)", gives: .warn),
      ],
      stimuli: { _ in [.ref, emptyBlocks] }, judge: .each(noEmptyBlocks)),
    ConformanceCheck(
      "SSE-014", "sse/no-id", .should, .major, needs: .client,
      requirement: "events of language models have no id",
      source:
        "Open Responses: servers should not send it; openai-python breaks on a comment behind",
      expected: ["no id field", "one (a warning)"],
      mutants: [
        Mutant("replace 'data: {' 'id: 7\ndata: {'", gives: .warn),
        Mutant("replace 'data: {' 'id: 7\ndata: {'", "inject x as=comment at event(5)"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(noID)),
    ConformanceCheck(
      "SSE-017", "sse/nothing-behind", .must, .minor, needs: .client,
      requirement: "no event follows the terminator, and the body ends within 1 s of it",
      source: "OpenAI, streaming: the stream is terminated by a data: [DONE] message",
      expected: ["an end with the terminator", "what the provider sent behind it (a warning)"],
      mutants: [
        Mutant("inject '{\"late\":1}' at event(24)"),
        Mutant("slow-close 2s", "pause 2s at event(24)", gives: .warn),
      ],
      stimuli: { _ in
        [
          .ref,
          Stimulus(
            "an event behind the terminator, and an open connection",
            .answer(.tokens(5)) + [
              .raw(Array("data: {\"late\":1}\n\n".utf8)), .stall(.constant(.seconds(2))),
            ]),
        ]
      },
      judge: .each(nothingBehind)),
  ]

  private static let fields: Set<String> = ["data", "event", "id", "retry"]

  private static let legal: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let isGemini = passage.pair.face.name == "gemini"
    for line in seen.lens.lines {
      guard let name = line.name.map({ String(decoding: $0, as: UTF8.self) }) else { continue }
      if isGemini, name != "data" { return [.fail("the line \(line.text)")] }
      if name.isEmpty || fields.contains(name) { continue }
      let isField = line.value != nil && name.allSatisfy { $0.isLetter || $0 == "-" || $0 == "_" }
      return [isField ? .warn("a field \(name)") : .fail("the line \(line.text)")]
    }
    return []
  }

  private static let noMark: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    switch seen.lens.marks {
    case 0: return []
    case 1: return [.warn("a byte order mark")]
    case let count: return [.fail("\(count) byte order marks: the first event is lost")]
    }
  }

  private static let oneSpace: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    var found: [Finding] = []
    for line in seen.lens.lines where line.isData {
      let value = line.value ?? []
      let isRight = value.first == 0x20 && value.count > 1 && value[1] != 0x20 && value[1] != 0x09
      guard !isRight else { continue }
      let isTerminator = value.contains("[DONE]".utf8)
      if isTerminator || passage.pair.face.name == "gemini" {
        return [.fail("the line \(line.text)")]
      }
      if found.isEmpty { found.append(.warn("the line \(line.text)")) }
    }
    return found
  }

  /// What upstreams send between their events.
  private static let emptyBlocks = Stimulus(
    "blocks without data between the events",
    [.role("assistant")] + .tokens(5)
      + [.raw(Array("retry: 3000\n\nid: 1\n\nevent: ping\n\n".utf8))] + .tokens(5) + [Step].ending)

  private static let noEmptyBlocks: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    if let problem = seen.streamProblem { return problem }
    var found: [Finding] = []
    for block in seen.lens.blocks where block.isEnded && !block.isComment {
      guard let data = block.data else {
        found.append(.warn("a block of only \(block.lines.first?.text ?? "")"))
        continue
      }
      if data.isEmpty { return [.fail("an event with empty data")] }
    }
    let lost = passage.fidelity(seen)
    return lost.isEmpty ? Array(found.prefix(1)) : lost
  }

  private static let noID: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let blocks = seen.lens.blocks
    guard let first = blocks.firstIndex(where: { $0.field("id") != nil }) else { return [] }
    let breaks = blocks[(first + 1)...].contains { $0.data == nil }
    return [
      breaks ? .fail("an id, and blocks without data behind it") : .warn("events have an id")
    ]
  }

  private static let nothingBehind: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let end = seen.reading.events.first(where: { $0.kind == .terminator }) else {
      return passage.pair.face.hasTerminator ? [.fail("no terminator")] : []
    }
    var found: [Finding] = []
    let late = seen.reading.events.contains { event in
      guard event.start >= end.end else { return false }
      switch event.kind {
      case .comment, .terminator: return false
      default: return true
      }
    }
    if late {
      let isSent = passage.direct.first.map(hasLate) ?? false
      found.append(
        isSent
          ? .warn("the provider's event behind the terminator is passed on")
          : .fail("an event behind the terminator"))
    }
    if let arrived = seen.exchange.timeline.read(at: end.end - 1)?.instant,
      seen.exchange.ended - arrived > .seconds(1)
    {
      found.append(
        .warn("the body stays open \(seen.exchange.ended - arrived) behind the terminator"))
    }
    return found
  }

  private static func hasLate(_ observation: Observation) -> Bool {
    guard let end = observation.reading.events.firstIndex(where: { $0.kind == .terminator })
    else { return false }
    return observation.reading.events.count > end + 1
  }
}
