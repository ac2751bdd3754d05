import Core
import Harness
import Judging
import Platform
import Testing

/// The same relay, three times, whatever the seed: the same verdicts.
@Suite(.waits) struct ConformRepeatTests {
  /// Those that take no time and measure none.
  private static let quick: Set<String> = ["CHAT", "GEM", "NDJ", "USE"]

  private func run(
    _ checks: [ConformanceCheck], seed: UInt64, change: (inout ConformancePlan) -> Void = { _ in }
  ) throws -> ConformanceRecord {
    var plan = ConformancePlan(checks: checks)
    change(&plan)
    let run = ConformanceRun(
      SuiteOptions(target: .builtin, seed: seed), plan: plan, interrupts: try Interrupts(),
      observer: nil)
    let record = run.run(version: "test")
    #expect(record.complete, "\(record.note)")
    return record
  }

  @Test func threeRunsSayTheSame() throws {
    let checks = Chapters.checks.filter { Self.quick.contains($0.group) && $0.id != "CHAT-015" }
    let runs = try [1, 2, 3].map { try run(checks, seed: $0).verdicts }
    #expect(runs[0].count == checks.count)
    for later in runs.dropFirst() {
      for (one, other) in zip(runs[0], later) {
        #expect(one.verdict == other.verdict, "\(one.id): \(one.actual), then \(other.actual)")
        #expect(one.actual == other.actual, "\(one.id)")
        #expect(one.tried == other.tried && one.bad == other.bad, "\(one.id)")
      }
    }
  }

  /// Of what is played often, how often it was wrong.
  @Test func repetitionsAreCounted() throws {
    let record = try run(Chapters.named("FLT-004"), seed: 1) { $0.repetitions = 20 }
    let verdict = try #require(record.verdicts.first)
    #expect(record.repetitions == 20)
    #expect(verdict.tried == 20 && verdict.bad == 20, "\(verdict.tried), \(verdict.bad)")
    #expect(verdict.actual.first?.contains("(20 times)") == true, "\(verdict.actual)")
  }

  /// Clients of one format are compared with a provider in another: as far as both have words for it,
  /// they say the same.
  @Test func formatsCanDifferOnBothSides() throws {
    let record = try run(Chapters.named("MSG-002") + Chapters.named("USE-003"), seed: 1) {
      $0.face = "anthropic-messages"
      $0.upstream = "openai-chat"
    }
    #expect(record.target.pairs.map(\.upstream) == ["openai-chat"])
    #expect(record.verdicts.allSatisfy { $0.verdict == .pass }, "\(record.verdicts)")
  }
}
