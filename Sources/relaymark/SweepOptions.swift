import Core

/// The options of a sweep, which belong together.
enum SweepOptions {
  /// Nil without `--sweep`.
  static func plan(
    _ arguments: Arguments, _ scenarios: [Scenario]
  ) throws(CommandError) -> SweepPlan? {
    let lines = arguments.all("objective")
    guard let text = try arguments.value("sweep") else {
      for option in ["objective", "stage"] where !arguments.all(option).isEmpty {
        throw .usage("--\(option) goes with --sweep")
      }
      return nil
    }
    guard scenarios.count == 1 else {
      throw .usage("--sweep takes one scenario, not \(scenarios.count)")
    }
    for option in ["arrivals", "duration", "streams", "concurrency"]
    where !arguments.all(option).isEmpty {
      throw .usage("--\(option) does not go with --sweep, which sets rates and times itself")
    }
    guard try arguments.value("shard") == nil else {
      throw .usage(
        "--sweep does not go with --shard: where a rate breaks an objective is seen by one machine "
          + "only; send the rate it found from all of them")
    }
    guard !lines.isEmpty else {
      throw .usage("--sweep needs an --objective, such as --objective='ttft.p99 < 500ms'")
    }
    var objectives: [Expectation] = []
    for line in lines {
      do throws(LiteralError) {
        objectives.append(try Expectation(literal: line))
      } catch {
        throw .usage("--objective=\(line): \(error.message)")
      }
    }
    let stage = try stage(arguments) ?? SweepPlan.plainStage
    do throws(LiteralError) {
      return try SweepPlan(literal: text, objectives: objectives, stage: stage)
    } catch {
      throw .usage("--sweep=\(text): \(error.message)")
    }
  }

  private static func stage(_ arguments: Arguments) throws(CommandError) -> Nanoseconds? {
    guard let text = try arguments.value("stage") else { return nil }
    let stage: Nanoseconds
    do throws(LiteralError) {
      stage = try Nanoseconds(literal: text)
    } catch {
      throw .usage("--stage=\(text): \(error.message)")
    }
    guard stage >= .milliseconds(100) else {
      throw .usage("--stage must be at least 100ms, not \(text)")
    }
    return stage
  }
}
