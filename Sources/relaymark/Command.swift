/// One command: its words for help and what it does.
protocol Command: Sendable {
  var name: String { get }
  var summary: String { get }
  /// What follows the command's name.
  var usage: String { get }
  var options: [Option] { get }
  /// Command lines that work as they stand.
  var examples: [String] { get }
  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode
}

enum Commands {
  static let all: [any Command] = [
    CompareCommand(), ConformCommand(), GateCommand(), ListCommand(), MarkupCommand(),
    MergeCommand(), PlanCommand(), ProviderCommand(), ProxyCommand(), ReplayCommand(),
    ReportCommand(), RunCommand(), SelfTestCommand(), ValidateCommand(), VersionCommand(),
  ]
}
