import Core
import Wire

/// Usage where other providers put it, and behind answers that end otherwise than by `stop`.
struct USEPlaces: Chapter {
  let checks = [
    ConformanceCheck(
      "USE-005", "use/odd-places", .should, .major, face: .chat,
      requirement: "usage is found where the provider puts it: with the finish reason, in every"
        + " chunk, or in a member of its own",
      source: "DeepSeek and Mistral (finish chunk), vLLM (every chunk), Groq (x_groq.usage)",
      expected: ["the last counts that the provider sent, anywhere"],
      mutants: [Mutant("replace '\"usage\":{' '\"used\":{'"), Mutant("replace ':419' ':0'")],
      stimuli: { _ in places.map(stimulus) }, judge: .each(found)),
    ConformanceCheck(
      "USE-008", "use/other-ends", .should, .major,
      requirement:
        "usage arrives with the same numbers behind an answer that was cut at its limit or"
        + " by a filter",
      source: "what a relay is paid by", expected: ["the usage that the provider sent"],
      mutants: [Mutant("missing-usage"), Mutant("replace '419' '0'")],
      stimuli: { _ in ["length", "content_filter"].map(ended) }, judge: .each(USEReports.numbers)),
  ]

  private static let usage =
    "\"usage\":{\"prompt_tokens\":1237,\"completion_tokens\":419,\"total_tokens\":1656}"
  /// The name of a place, and the members of the chunks behind the text.
  private static let places = [
    ("usage with the finish reason", ["\(finish),\(usage)"]),
    (
      "usage in every chunk, growing",
      [
        "\(delta),\"usage\":{\"prompt_tokens\":1237,\"completion_tokens\":7,\"total_tokens\":1244}",
        "\(finish),\(usage)",
      ]
    ),
    ("usage in x_groq", ["\(finish),\"x_groq\":{\"id\":\"r\",\(usage)}"]),
  ]
  private static let finish = "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]"
  private static let delta =
    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":null}]"

  private static func stimulus(_ name: String, _ chunks: [String]) -> Stimulus {
    let raw = chunks.map { members in
      Step.raw(
        Array(
          ("data: {\"id\":\"chatcmpl-relaymark\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1700000000,\"model\":\"relaymark-scripted\",\(members)}\n\n").utf8))
    }
    return Stimulus(name, [.role("assistant")] + .tokens(3) + raw + [.done])
  }

  private static func ended(_ reason: String) -> Stimulus {
    Stimulus(
      "an answer that ends by \(reason)",
      [.role("assistant")] + .tokens(5) + [.finish(FinishStep(reason)), .usage(UsageStep()), .done])
  }

  private static let found: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    if let problem = seen.streamProblem { return problem }
    let reports = seen.payloads.flatMap { payload in
      [payload["usage"], payload["x_groq"]?["usage"]].compactMap { $0 }.filter { !$0.isNull }
    }
    guard let last = reports.last else { return [.fail("no usage")] }
    let numbers = (last["prompt_tokens"]?.int, last["completion_tokens"]?.int)
    guard numbers != (1237, 419) else { return [] }
    return [.fail("the last usage is \(String(decoding: last.serialized(), as: UTF8.self))")]
  }
}
