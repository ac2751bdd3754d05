import Core
import Wire

/// What an answer says it cost, in chunks of a chat completion.
struct USEReports: Chapter {
  private static let invents = Mutant(
    #"inject '{"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":9}}' at event(22)"#
  )

  let checks = [
    ConformanceCheck(
      "USE-001", "use/once-in-place", .must, .critical, needs: .client, face: .chat,
      requirement: "usage that was asked for comes in one chunk of its own without choices, behind"
        + " the finish reason",
      source: "OpenAI, stream_options.include_usage: an additional chunk before data: [DONE]",
      expected: ["one chunk with usage, no choices in it, behind the finish reason"],
      mutants: [
        Mutant("missing-usage"), Mutant("duplicate at event(23)"),
        Mutant("reorder-events at event(22)"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(inPlace)),
    ConformanceCheck(
      "USE-002", "use/null-elsewhere", .must, .minor, needs: .client, face: .chat,
      requirement: "the other chunks have a usage of null when usage was asked for",
      source: "OpenAI, include_usage: all other chunks also include a usage field of null",
      expected: ["\"usage\":null in every chunk with choices"],
      mutants: [Mutant(#"replace ',"usage":null' ''"#)],
      stimuli: { _ in [.ref] }, judge: .each(nullElsewhere)),
    ConformanceCheck(
      "USE-003", "use/numbers", .mustByPolicy, .critical,
      requirement: "the counts are those of the provider, details and total included",
      source: "what a relay is paid by", expected: ["every number as the provider sent it"],
      mutants: [
        Mutant("replace '419' '420'"), Mutant("replace '1237' '1238'"),
        Mutant("replace ':1024' ':0'"), Mutant("missing-usage"),
      ],
      stimuli: { _ in [.ref, .ref("usage in several writes", faults: "slice 40")] },
      judge: .each(numbers)),
    ConformanceCheck(
      "USE-004", "use/absent-is-absent", .mustByPolicy, .critical, face: .chat,
      requirement: "usage that the provider does not report is not made up, and is no zero",
      source: "what a relay is paid by", expected: ["no usage, or null"],
      mutants: [invents],
      stimuli: { _ in
        [
          Stimulus(
            "a provider that reports no usage",
            [.role("assistant")] + .tokens(20) + [.finish("stop"), .done])
        ]
      },
      judge: .each { seen, _ in
        if let problem = seen.streamProblem { return problem }
        return seen.usages.last.map { [.fail("usage that nobody reported: \(words($0))")] } ?? []
      }),
    ConformanceCheck(
      "USE-006", "use/unasked", .should, .minor, needs: .client, face: .chat,
      requirement: "a client that does not ask for usage gets no chunk that only has it",
      source: "OpenAI, include_usage: set to stream the additional chunk",
      expected: ["no chunk with usage and without choices"], mutants: [invents],
      stimuli: { _ in [unasked] }, judge: .each(unaskedUsage)),
  ]

  /// The healthy stream for a client that does not ask what it cost.
  static let unasked = Stimulus("usage is not asked for", .answer(.tokens(20))) {
    $0.usage = false
  }

  static func words(_ usage: TokenUsage) -> String {
    "prompt \(usage.prompt), completion \(usage.completion)"
      + (usage.cached.map { ", cached \($0)" } ?? "")
      + (usage.reasoning.map { ", reasoning \($0)" } ?? "")
  }

  /// The places of the chunks that report usage.
  private static func reports(_ payloads: [JSONValue]) -> [Int] {
    payloads.indices.filter { payloads[$0]["usage"].map { !$0.isNull } ?? false }
  }

  private static func hasChoices(_ payload: JSONValue) -> Bool {
    !(payload["choices"]?.array ?? []).isEmpty
  }

  private static let inPlace: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let payloads = seen.payloads
    let reports = reports(payloads)
    guard let place = reports.first else { return [.fail("no usage")] }
    if reports.count > 1 { return [.fail("usage in \(reports.count) chunks")] }
    if hasChoices(payloads[place]) { return [.fail("usage in a chunk with choices")] }
    let behind = payloads[(place + 1)...].contains(where: hasChoices)
    return behind ? [.fail("chunks with choices behind the usage")] : []
  }

  private static let nullElsewhere: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let chunks = seen.payloads.filter(hasChoices)
    let without = chunks.count { $0["usage"] == nil }
    return without == 0 ? [] : [.fail("\(without) of \(chunks.count) chunks have no usage member")]
  }

  static let numbers: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let direct = passage.direct.first, let wanted = direct.usages.last else {
      return [.skip(.notObservable, "the provider reported no usage")]
    }
    guard let got = seen.usages.last else { return [.fail("no usage")] }
    if !TokenUsage.agree(got, wanted, isBridge: !passage.pair.isSame) {
      return [.fail("\(words(got)) instead of \(words(wanted))")]
    }
    guard passage.pair.isSame, passage.pair.face.name == "openai-chat" else { return [] }
    let total = { (observation: Observation) in
      observation.payloads.last { $0["usage"].map { !$0.isNull } ?? false }?["usage"]?[
        "total_tokens"]
    }
    guard let all = total(seen), all != total(direct) else {
      return total(seen) == nil ? [.fail("no total_tokens")] : []
    }
    return [.fail("total_tokens is \(String(decoding: all.serialized(), as: UTF8.self))")]
  }

  private static let unaskedUsage: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let payloads = seen.payloads
    let extra = reports(payloads).count { !hasChoices(payloads[$0]) }
    return extra == 0 ? [] : [.fail("\(extra) chunks that only report usage")]
  }
}
