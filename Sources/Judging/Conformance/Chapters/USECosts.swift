import Core
import Wire

/// What an answer says it cost in money.
struct USECosts: Chapter {
  let checks = [
    ConformanceCheck(
      "USE-007", "use/costs", .may, .major, needs: .client, face: .openRouter,
      requirement: "a cost is a number that is not negative, and the one that the provider names",
      source: "OpenRouter, usage accounting: usage.cost",
      expected: ["the provider's cost, within 1 %"],
      mutants: [
        Mutant("replace '0.000419' '0.000519'"), Mutant("replace '0.000419' '-1'"),
        Mutant("replace '0.000419' '\"0.000419\"'"),
      ],
      stimuli: { _ in [.ref] }, judge: .each(cost))
  ]

  private static func said(_ seen: Observation) -> JSONValue? {
    seen.payloads.compactMap { $0["usage"]?["cost"] }.last { !$0.isNull }
  }

  private static let cost: @Sendable (Observation, Passage) -> [Finding] = { seen, passage in
    if let problem = seen.streamProblem { return problem }
    guard let said = said(seen) else { return [.skip(.notObservable, "no cost is said")] }
    guard case .number(let text) = said, let value = Double(text) else {
      return [.fail("the cost is \(String(decoding: said.serialized(), as: UTF8.self))")]
    }
    if value < 0 { return [.fail("a cost of \(text)")] }
    guard let direct = passage.direct.first, case .number(let own) = Self.said(direct),
      let wanted = Double(own)
    else { return [] }
    return abs(value - wanted) <= wanted / 100
      ? [] : [.fail("a cost of \(text) instead of \(own)")]
  }
}
