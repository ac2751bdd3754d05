import Core
import Wire

/// What the provider gets of what the client asked for.
struct REQWords: Chapter {
  let checks = [
    ConformanceCheck(
      "REQ-003", "req/stream-options", .must, .major, face: .chat,
      requirement:
        "the provider is asked for a stream, and for usage where the client asked for it",
      source: "OpenAI, stream and stream_options",
      expected: ["stream: true and include_usage: true"],
      mutants: [
        Mutant("replace '\"include_usage\":true' '\"include_usage\":false' upstream")
      ],
      stimuli: { _ in [.ref, USEReports.unasked] }, judge: .each(streamOptions)),
    ConformanceCheck(
      "REQ-004", "req/messages", .mustByPolicy, .critical,
      requirement: "system prompt and messages reach the provider as they were written, in order",
      source: "what a relay is for", expected: ["the same messages"],
      mutants: [
        Mutant("replace 'Gr\u{fc}\u{df}e' 'Gruesse' upstream"),
        Mutant("replace '  two' ' two' upstream"),
        Mutant("replace 'one thing' '' upstream"),
      ],
      stimuli: { _ in [worded] }, judge: .each(messages)),
  ]

  private static let worded = Stimulus(
    "a prompt with all kinds of text", .answer(.tokens(3))
  ) {
    $0.prompt = PromptPlan(
      fixed: "one thing  two \t\u{1F600}e\u{301} Gr\u{fc}\u{df}e \"quoted\" back\\slash\n\n</s> {} "
    )
  }

  private static let streamOptions: @Sendable (Observation, Passage) -> [Finding] = {
    seen, passage in
    guard let asked = seen.provider.last else {
      return [.skip(.notObservable, "the request never reached the provider")]
    }
    var found: [Finding] = []
    if !asked.wantsStream { found.append(.fail("the provider was asked for no stream")) }
    if passage.stimulus.traffic.usage, !asked.wantsUsage {
      found.append(.fail("the provider was not asked for usage"))
    }
    return found
  }

  private static let messages: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    guard let got = seen.provider.last, let direct = passage.direct.first,
      let sent = direct.provider.last
    else { return [.skip(.notObservable, "the request never reached the provider")] }
    guard let words = RequestWords(got.body)?.strings(without: seen.exchange.nonce) else {
      return [.fail("the provider got no JSON")]
    }
    let wanted = RequestWords(sent.body)?.strings(without: direct.exchange.nonce) ?? []
    if words == wanted { return [] }
    // A translation may say more around it, but says each text.
    if let lost = wanted.first(where: { $0.count > 12 && !words.contains($0) }) {
      return [
        .fail("the provider did not get \"\(String(decoding: lost.prefix(60), as: UTF8.self))\"")
      ]
    }
    return passage.pair.isSame ? [.fail("the messages say more than was sent")] : []
  }
}
