import Core
import Harness
import Judging
import Testing

/// Every conformance check passes on the built-in relay and notices each of its mutants.
@Suite(.waits) struct ConformanceProofTests {
  @Test func everyCheckNoticesItsMutants() throws {
    var options = SuiteOptions(target: .builtin, seed: 7)
    options.together = 24
    let engine = try SuiteEngine(options)
    defer { engine.close() }
    for result in try ConformanceProof.run(Chapters.checks, on: engine) {
      #expect(result.problems.isEmpty, "\(result.check.id): \(result.problems)")
      for ((mutant, _), (failed, count)) in zip(result.mutants, result.others) where count >= 6 {
        #expect(
          2 * failed.count < count,
          "\(result.check.id), \(mutant.faults): is no defect of its own, \(failed) fail too")
      }
    }
  }
}
