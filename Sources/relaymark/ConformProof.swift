import Core
import Harness
import Judging

/// `conform --prove`: that each check passes on the built-in relay and notices its mutants.
enum ConformProof {
  static func run(_ plan: ConformancePlan, _ arguments: Arguments) throws(CommandError) -> ExitCode
  {
    guard arguments.all("target").isEmpty, arguments.all("provider").isEmpty else {
      throw .usage("--prove is about the checks, on the built-in relay; it takes no --target")
    }
    let results: [ConformanceProof.Result]
    do {
      var options = SuiteOptions(
        target: .builtin, seed: try arguments.number("seed", in: 0...UInt64.max) ?? 1)
      options.together = 32
      let engine = try SuiteEngine(options)
      defer { engine.close() }
      results = try ConformanceProof.run(plan.checks, on: engine, isFull: plan.isFull)
    } catch {
      throw CommandError(code: .incomplete, message: "\(error)")
    }
    for result in results {
      let noticed = zip(result.mutants, result.others).map { pair, others in
        let more = others.failed.isEmpty ? "" : " (also \(others.failed.joined(separator: ", ")))"
        return "\(pair.verdict.verdict.rawValue) on \(pair.mutant.faults.joined(separator: "; "))"
          + more
      }
      Terminal.out(
        "\(result.check.id): \(result.control.verdict.rawValue); "
          + noticed.joined(separator: "; "))
      for problem in result.problems { Terminal.out("  WRONG: \(problem)") }
    }
    let wrong = results.count { !$0.problems.isEmpty }
    Terminal.out("\(results.count - wrong) of \(results.count) checks notice all of their mutants")
    return wrong == 0 ? .passed : .failed
  }
}
