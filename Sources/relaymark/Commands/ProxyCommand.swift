import Core
import Foundation
import Harness
import Platform
import Wire

struct ProxyCommand: Command {
  let name = "proxy"
  let summary = "Forward to anything, with faults, until interrupted."
  let usage = "--listen=HOST:PORT --upstream=HOST:PORT|URL [--fault=…]… [options]"
  let options = [
    Option(name: "listen", value: "HOST:PORT", help: "where to listen (port 0: any)"),
    Option(
      name: "upstream", value: "HOST:PORT|URL",
      help: "what to forward to; behind a URL with https or with a path\n"
        + "requests are sent on, with HTTP/2 where it is offered"),
    Option(name: "cacert", value: "FILE", help: "certificates to trust, in PEM"),
    Option(name: "insecure", value: nil, help: "do not verify TLS certificates"),
    Option(
      name: "fault", value: "FAULT",
      help: "what goes wrong (relaymark list faults); as often as wanted, in this order"),
    Option(
      name: "scenario", value: "FILE", help: "take the faults of its leg b, and its dialect"),
    Option(
      name: "api", value: "HOST:PORT", preset: "\(ControlServer.standard)",
      help: "take orders as Toxiproxy does (default: \(ControlServer.standard))"),
    Option(
      name: "config", value: "FILE", help: "make these proxies too: JSON, as Toxiproxy takes it"),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
    Option(
      name: "log", value: "FILE",
      help: "write down every fault carried out (JSON Lines; - is stdout)"),
    RecordingOption.option,
    Option(
      name: "key-env", value: "NAME",
      help: "the environment variable of a key to be masked in the\nrecording wherever it stands"),
    Option(
      name: "dialect", value: "NAME",
      help: "in which errors are written and tokens are found\n(default: openai-chat)"),
    Option(
      name: "bytes", value: nil,
      help: "read no HTTP: any protocol over TCP, and positions in bytes or time only"),
  ]
  let examples = [
    "relaymark proxy --listen=127.0.0.1:9000 --upstream=127.0.0.1:4000 \\\n"
      + "    --fault='reset at event(5)' --fault='pause 300ms at every(10) p=0.1'",
    "relaymark proxy --listen=127.0.0.1:9000 --upstream=https://openrouter.ai/api/v1 \\\n"
      + "    --fault='error-event at event(5) p=0.1'",
    "relaymark proxy --listen=127.0.0.1:9000 --upstream=127.0.0.1:4000 --record=real.jsonl",
    "relaymark proxy --api",
    "relaymark proxy --api=127.0.0.1:8475 --config=toxiproxy.json",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    var options = try ProxyOptions(arguments).standing
    let keys = [try RunOptions.key(arguments)].compactMap { $0 }
    let standing: StandingProxy
    do {
      // Before any thread begins: each of them would take the signals otherwise.
      let interrupts = try Interrupts()
      options.host.log = try Self.log(arguments, seed: options.host.seed)
      options.host.recording = try RecordingOption.open(arguments, keys: keys)
      standing = try StandingProxy(options, interrupts: interrupts)
    } catch {
      // Files that only have a first line would stand in the way of the next attempt.
      if options.host.log?.close() != nil { OutputFile.discard(try arguments.value("log")) }
      if options.host.recording?.close() != nil {
        OutputFile.discard(try arguments.value("record"))
      }
      throw Self.reason(error)
    }
    for proxy in standing.proxies {
      Terminal.note("\(proxy.name) listens at \(proxy.listen) and forwards to \(proxy.upstream)")
    }
    if let api = standing.api { Terminal.note("control at http://\(api)") }
    Terminal.note("seed \(options.host.seed); Ctrl-C ends it")
    for outcome in standing.run() { summarize(outcome) }
    RecordingOption.close(options.host.recording, arguments)
    if let lost = options.host.log?.close(), lost > 0 {
      Terminal.note("relaymark: \(lost) lines are missing in the log")
    }
    return .passed
  }

  private static func reason(_ error: any Error) -> CommandError {
    if let error = error as? CommandError { return error }
    if let error = error as? ControlError, error.status < 500 { return .usage(error.message) }
    let message = (error as? ControlError)?.message ?? "\(error)"
    let advice =
      message.lowercased().contains("address already in use")
      ? "; stop what listens there or choose another port" : ""
    return CommandError(code: .incomplete, message: message + advice)
  }

  private static func log(_ arguments: Arguments, seed: UInt64) throws(CommandError) -> FaultLog? {
    guard let path = try arguments.value("log") else { return nil }
    do throws(SystemError) {
      return try FaultLog(
        path: path == "-" ? nil : path, tool: Version.text, seed: seed
      ) { Terminal.note("relaymark: \($0)") }
    } catch {
      if error.isFileExists {
        throw .usage(
          "--log=\(path): there is something in this file already, and a log is never overwritten; "
            + "give another name")
      }
      throw .usage("--log=\(path): \(error.reason)")
    }
  }

  private func summarize(_ outcome: StandingProxy.Outcome) {
    let figures = outcome.figures
    var line =
      "\(outcome.name): \(figures.accepted) connections, \(figures.upstream.received) bytes up, "
      + "\(figures.downstream.received) bytes down, \(figures.faults) faults carried out"
    if figures.refused > 0 { line += ", \(figures.refused) times no upstream" }
    Terminal.note(line)
    for warning in outcome.warnings { Terminal.note("\(outcome.name): \(warning)") }
  }
}

/// The options of `relaymark proxy`, checked.
struct ProxyOptions {
  private(set) var standing = StandingProxy.Options()

  init(_ arguments: Arguments) throws(CommandError) {
    guard arguments.operands.isEmpty else { throw .usage("takes options only") }
    standing.listen = try arguments.value("listen")
    let upstream = try arguments.value("upstream")
    guard
      standing.listen != nil || !arguments.all("api").isEmpty || !arguments.all("config").isEmpty
    else { throw .usage("--listen=HOST:PORT and --upstream=URL say what to do, or --api") }
    guard (standing.listen == nil) == (upstream == nil) else {
      throw .usage("--listen and --upstream go together")
    }
    standing.upstream = upstream ?? ""
    try readFaults(arguments)
    try readPlaces(arguments)
    standing.host.seed = try arguments.number("seed", in: 0...UInt64.max) ?? 1
    if arguments.flag("bytes") {
      standing.host.mode = .bytes
      if let rule = standing.rules.first(where: { $0.rule.needsHTTP }) {
        throw .usage(
          "with --bytes no HTTP is read, without which \"\(rule.rule.text)\" never strikes")
      }
    }
    standing.host.transfers.certificateAuthorities = try RunOptions.certificates(arguments)
    standing.host.transfers.verifiesPeer = !arguments.flag("insecure")
    standing.host.takesRules = standing.api != nil
    standing.host.note = { Terminal.note($0) }
    if arguments.flag("key-env"), !arguments.flag("record") {
      throw .usage("--key-env goes with --record: it names a key to be masked there")
    }
  }

  private mutating func readFaults(_ arguments: Arguments) throws(CommandError) {
    var dialect = try arguments.value("dialect") ?? Dialects.usual.name
    if let name = try arguments.value("scenario") {
      let scenario = try ScenarioFiles.read([name])[0]
      standing.rules = FaultPipeline.installed(scenario.faults, leg: .b).map {
        InstalledRule(id: $0.id, rule: $0.rule)
      }
      if try arguments.value("dialect") == nil { dialect = scenario.traffic.dialect }
    }
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    for text in arguments.all("fault") {
      let id = (standing.rules.last?.id ?? -1) + 1
      do throws(LiteralError) {
        standing.rules.append(
          InstalledRule(
            id: id, rule: try FaultRule(text, files: ScenarioFiles.samples(in: here))))
      } catch {
        throw .usage("--fault=\(text): \(error)")
      }
    }
    guard standing.rules.isEmpty || standing.listen != nil else {
      throw .usage("faults are those of a proxy: give --listen and --upstream, or use the API")
    }
    guard let known = Dialects.named(dialect) else {
      let names = Dialects.all.map(\.name)
      let near = Suggestion.nearest(to: dialect, in: names).map { "; did you mean \($0)?" } ?? ""
      throw .usage("unknown dialect \(dialect)\(near) (\(names.joined(separator: ", ")))")
    }
    standing.host.dialect = known
  }

  private mutating func readPlaces(_ arguments: Arguments) throws(CommandError) {
    if let text = try arguments.value("api") {
      guard let api = Endpoint(text) else {
        throw .usage("--api=HOST:PORT says where to take orders, such as \(ControlServer.standard)")
      }
      standing.api = api
    }
    if let path = try arguments.value("config") {
      do {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        let bytes = [UInt8](try handle.read(upToCount: Limits.controlBodyBytes + 1) ?? Data())
        guard bytes.count <= Limits.controlBodyBytes else {
          throw CommandError.usage("\(path) is larger than \(Limits.controlBodyBytes) bytes")
        }
        standing.configuration = bytes
      } catch let error as CommandError {
        throw error
      } catch {
        throw .usage("cannot read \(path): \(Reason.of(error))")
      }
    }
  }
}
