/// What the exit status says; part of the interface (README, "Exit codes").
enum ExitCode: Int32 {
  case passed = 0
  /// A gate, a MUST check or an expectation failed.
  case failed = 1
  /// The command line or a scenario file is wrong.
  case usage = 2
  /// Nothing failed, but something could not be decided (only with `--require-pass`).
  case inconclusive = 3
  /// This machine was not fit to measure.
  case unfit = 4
  /// The run could not be completed.
  case incomplete = 5
  case interrupted = 130
}

/// A command that cannot go on: one message for a person, and the exit status.
struct CommandError: Error {
  var code: ExitCode
  var message: String

  static func usage(_ message: String) -> CommandError {
    CommandError(code: .usage, message: message)
  }

  static func incomplete(_ error: some Error, _ advice: String = "") -> CommandError {
    CommandError(code: .incomplete, message: "\(error)\(advice)")
  }
}
