import Core
import Foundation

struct ValidateCommand: Command {
  let name = "validate"
  let summary = "Check scenario files and report every error with its place."
  let usage = "FILE…"
  let options: [Option] = []
  let examples = [
    "relaymark validate scenarios/quickstart.json5", "relaymark validate scenarios/*/*.json5",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard !arguments.operands.isEmpty else { throw .usage("name the scenario files to check") }
    var failed = false
    for name in arguments.operands {
      let path = try ScenarioFiles.locate(name)
      switch ScenarioFiles.read(try ScenarioFiles.bytes(path), path: path) {
      case .success(let scenario):
        Terminal.out("\(path): ok (\(scenario.name), \(scenario.traffic.streams) streams)")
      case .failure(let errors):
        failed = true
        Terminal.note("\(errors)")
      }
    }
    return failed ? .usage : .passed
  }
}
