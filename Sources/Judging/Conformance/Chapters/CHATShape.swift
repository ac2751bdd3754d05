import Core
import Wire

/// What every chunk of a chat completion looks like.
struct CHATShape: Chapter {
  let checks = [
    ConformanceCheck(
      "CHAT-002", "chat/done-once", .must, .major, needs: .client, face: .chat,
      requirement: "data: [DONE] comes exactly once, behind everything else",
      source: "OpenAI, streaming: the stream is terminated by a data: [DONE] message",
      expected: ["one [DONE], last"],
      mutants: [Mutant("missing-terminator"), Mutant("double-terminator")],
      stimuli: { _ in [.ref] }, judge: .each(doneOnce)),
    ConformanceCheck(
      "CHAT-010", "chat/text", .mustByPolicy, .critical, face: .chat,
      requirement: "the text arrives byte for byte: nothing lost, repeated, reordered or trimmed",
      source: "what a relay is for", expected: ["the text of the script"],
      mutants: [
        Mutant("drop-event at event(5)"), Mutant("duplicate at event(5)"),
        Mutant("reorder-events at event(5)"),
      ],
      stimuli: { _ in [.ref, awkward] }, judge: .each(text)),
  ]

  /// Text that naive code trims, splits, escapes twice or takes for protocol.
  private static let awkward = Stimulus(
    "text that looks like protocol",
    .answer([
      .text(
        TextStep(
          words: [
            " ", "  two", "\n\n", "\t", "\"quoted\"", "back\\slash", "\\n", "</script>", "data: ",
            "[DONE]", "\r\n", "event: done\n\n", "{\"error\":{}}", "null", ".", " end ",
          ], gap: .constant(.milliseconds(5))))
    ]))

  private static let doneOnce: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let data = seen.lens.blocks.compactMap(\.data)
    let places = data.indices.filter { data[$0].elementsEqual("[DONE]".utf8) }
    guard let first = places.first else { return [.fail("no [DONE]")] }
    if places.count > 1 { return [.fail("\(places.count) times [DONE]")] }
    return first == data.count - 1 ? [] : [.fail("\(data.count - 1 - first) events after [DONE]")]
  }

  private static let text: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    let wanted = passage.text(of: seen.exchange.nonce)
    return AnswerSummary.difference(seen.text, wanted).map { [.fail("the text \($0)")] } ?? []
  }
}
