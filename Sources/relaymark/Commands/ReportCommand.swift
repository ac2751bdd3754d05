import Core
import Reporting

struct ReportCommand: Command {
  let name = "report"
  let summary = "Render a run record again, in any format."
  let usage = "RUN.json|exchanges.jsonl [--format=NAME] [--out=DIR]"
  let options = [
    Option(
      name: "format", value: "NAME",
      help: "what to print on stdout: terminal (default), markdown,\nhtml, json"),
    Option(
      name: "out", value: "DIR", help: "write run.json, report.md and report.html there instead"),
  ]
  let examples = [
    "relaymark report relaymark-out/run.json",
    "relaymark report relaymark-out/run.json --format=markdown",
    "relaymark report old.json --out=rendered",
    "relaymark report relaymark-out/exchanges.jsonl    # of a run that was killed",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard let path = arguments.operands.first, arguments.operands.count == 1 else {
      throw .usage("name one run record, such as relaymark-out/run.json")
    }
    let (record, json) = try RecordFile.load(path)
    if let directory = try arguments.value("out") {
      let written = try OutputDirectory(directory).write(record, json: json)
      Terminal.out("reports written to \(written)")
      return .passed
    }
    let format = try arguments.value("format") ?? "terminal"
    if format == "terminal" {
      Terminal.out(TerminalRenderer(color: Terminal.color).render(record))
      return .passed
    }
    guard let renderer = Renderers.all.first(where: { $0.name == format }) else {
      let names = Renderers.all.map(\.name)
      let near = Suggestion.nearest(to: format, in: names).map { "; did you mean \($0)?" } ?? ""
      throw .usage("unknown format \(format)\(near) (\(names.joined(separator: ", ")))")
    }
    Terminal.out(renderer.render(record))
    return .passed
  }
}
