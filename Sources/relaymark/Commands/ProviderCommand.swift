import Core
import Harness
import Platform
import Wire

struct ProviderCommand: Command {
  let name = "provider"
  let summary = "Play a scenario's provider until interrupted, for any client or relay."
  let usage = "--listen=HOST:PORT [--scenario=FILE] [--dialect=NAME] [--seed=N]"
  let options = [
    Option(name: "listen", value: "HOST:PORT", help: "where to listen (port 0: any)"),
    Option(name: "scenario", value: "FILE", help: "whose script to play (default: quickstart)"),
    Option(
      name: "dialect", value: "NAME",
      help: "what is spoken at paths that several dialects share\n"
        + "(default: the scenario's); all are at their own paths, and each\n"
        + "below its name, such as /deepseek/v1"),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
  ]
  let examples = [
    "relaymark provider --listen=127.0.0.1:9100",
    "relaymark provider --listen=127.0.0.1:9100 --scenario=faults/clean-eof",
    "relaymark provider --listen=127.0.0.1:9100 --scenario=dialects/everything",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard arguments.operands.isEmpty else { throw .usage("takes options only") }
    guard let text = try arguments.value("listen"), let listen = Endpoint(text) else {
      throw .usage("--listen=HOST:PORT says where to listen, such as 127.0.0.1:9100")
    }
    let name = try arguments.value("scenario")
    let scenario =
      if let name { try ScenarioFiles.read([name])[0] } else { try ScenarioFiles.quickstart() }
    let dialect = try RunOptions.dialect(arguments) ?? scenario.traffic.dialect
    let seed = try arguments.number("seed", in: 0...UInt64.max) ?? scenario.traffic.seed ?? 1
    do throws(SystemError) {
      let standing = try StandingProvider(
        listen: listen, script: scenario.provider, seed: seed, dialect: dialect,
        interrupts: Interrupts())
      Terminal.note(
        "playing \(scenario.name) at http://\(standing.endpoint)\(Self.base(dialect)); "
          + "Ctrl-C ends it")
      let served = standing.run()
      Terminal.note("\(served) requests served")
      return .passed
    } catch {
      let advice = error.isAddressInUse ? "; stop what listens there or choose another port" : ""
      throw CommandError(code: .incomplete, message: "\(error)\(advice)")
    }
  }

  private static func base(_ dialect: String) -> String {
    (Dialects.named(dialect) ?? Dialects.usual).basePath
  }
}
