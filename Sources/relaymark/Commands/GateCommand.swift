import Core
import Harness
import Judging
import Reporting

struct GateCommand: Command {
  let name = "gate"
  let summary = "Hold a run or a comparison to a policy: objectives, conformance, a baseline."
  let usage = "RUN.json|COMPARE.json [--policy=FILE] [--baseline=FILE] [options]"
  let options = [
    Option(
      name: "policy", value: "FILE",
      help: "what must hold, as JSON5: objectives, conformance, compare,\nbaseline, alpha (README)"),
    Option(
      name: "baseline", value: "FILE",
      help: "an earlier record of the same kind; only overheads are compared"),
    Option(name: "format", value: "NAMES", help: Formats.help),
    Option(name: "out", value: "DIR", help: "write the formats there as files"),
    Option(
      name: "otlp", value: "URL",
      help: "send the metrics to a collector: http://127.0.0.1:4318"),
    Option(
      name: "history", value: "FILE", preset: HistoryFile.usual,
      help: "append a line of this record (default: \(HistoryFile.usual))"),
    Option(name: "json", value: nil, help: "print the judgement as JSON"),
    Option(name: "require-pass", value: nil, help: "exit 3 if anything is not decided"),
    Option(name: "allow-unfit", value: nil, help: "do not exit 4 on a machine too slow to measure"),
  ]
  let examples = [
    "relaymark gate relaymark-out/run.json --policy=policy.json5",
    "relaymark gate relaymark-out/compare.json --baseline=reports/baselines/compare.json",
    "relaymark gate relaymark-out/compare.json --format=junit,comment,badge --out=ci",
    "relaymark gate relaymark-out/run.json --otlp=http://127.0.0.1:4318 --history",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard let path = arguments.operands.first, arguments.operands.count == 1 else {
      throw .usage("name one record, such as relaymark-out/run.json or relaymark-out/compare.json")
    }
    let formats = try arguments.value("format").map { (text) throws(CommandError) in
      try Formats.read(text)
    }
    let policy = try PolicyFile.read(arguments) ?? Policy()
    let judged = try Judged.read(path)
    var baseline: Judged?
    if let file = try arguments.value("baseline") { baseline = try Judged.read(file) }
    let gate = try judged.gate(policy, baseline: baseline)
    let directory = try arguments.value("out")
    if let formats { try Formats.write(formats, of: judged, gate, to: directory) }
    if arguments.flag("json") {
      Terminal.out(String(GateExporter().export(judged.export(gate)).dropLast()))
    } else if formats == nil || directory != nil {
      Terminal.out(GateTable.terminal(gate, color: Terminal.color))
    }
    Formats.github(judged, gate)
    if let file = try arguments.value("history") { try HistoryFile(file).append(judged, gate) }
    if let collector = try arguments.value("otlp") {
      try Self.send(OTLPExporter().export(judged.export(gate)), to: collector)
    }
    return Self.code(gate, judged, arguments)
  }

  private static func send(_ text: String, to collector: String) throws(CommandError) {
    do throws(CampaignError) {
      try MetricsPost.send(text, to: collector)
    } catch {
      throw CommandError(code: .incomplete, message: error.message)
    }
  }

  private static func code(
    _ gate: GateRecord, _ judged: Judged, _ arguments: Arguments
  ) -> ExitCode {
    let errors = gate.items.filter { $0.outcome == .error }
    if errors.contains(where: { $0.name == "complete" }) { return .incomplete }
    // A check that failed did so on any machine; a delay may be the machine's.
    let broke = gate.items.contains {
      $0.outcome == .fail && ($0.kind == .conformance || $0.name.hasPrefix("errors."))
    }
    if !errors.isEmpty, !arguments.flag("allow-unfit"), !broke {
      Terminal.note("relaymark gate: \(errors[0].summary) (--allow-unfit to go on anyway)")
      return .unfit
    }
    if gate.decision == .fail { return .failed }
    let undecided = gate.decision == .inconclusive
    return arguments.flag("require-pass") && undecided ? .inconclusive : .passed
  }
}
