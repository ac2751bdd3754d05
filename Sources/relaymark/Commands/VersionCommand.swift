import Platform

enum Version {
  static let text = "0.1.0"
}

struct VersionCommand: Command {
  let name = "version"
  let summary = "Print the version of relaymark and of libcurl."
  let usage = ""
  let options: [Option] = []
  let examples = ["relaymark version"]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    Terminal.out("relaymark \(Version.text) (\(CurlVersion.text))")
    return .passed
  }
}
