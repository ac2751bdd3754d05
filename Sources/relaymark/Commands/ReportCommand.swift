import Core
import Foundation
import Judging
import Reporting

struct ReportCommand: Command {
  let name = "report"
  let summary = "Render a record again, in any format, or draw a history."
  let usage = "RECORD.json…|exchanges.jsonl [--format=NAMES] [--out=DIR]"
  let options = [
    Option(name: "format", value: "NAMES", help: Formats.help),
    Option(
      name: "out", value: "DIR",
      help: "write files there: the formats, or without any the record\nwith its reports"),
    Option(
      name: "history", value: "FILE", preset: HistoryFile.usual,
      help: "draw every figure of a history over time instead\n(default: \(HistoryFile.usual))"),
  ]
  let examples = [
    "relaymark report relaymark-out/run.json",
    "relaymark report relaymark-out/run.json --format=markdown",
    "relaymark report relaymark-out/compare.json --format=junit,tap,csv --out=ci",
    "relaymark report old.json --out=rendered",
    "relaymark report litellm/conformance.json nginx/conformance.json --out=relays",
    "relaymark report --history --out=rendered",
    "relaymark report relaymark-out/exchanges.jsonl    # of a run that was killed",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let directory = try arguments.value("out")
    if let file = try arguments.value("history") {
      guard arguments.operands.isEmpty else {
        throw .usage(
          "--history draws a history; a record is added to it by relaymark gate --history")
      }
      return try draw(HistoryFile(file), directory)
    }
    guard let path = arguments.operands.first else {
      throw .usage("name a record, such as relaymark-out/run.json")
    }
    let text = try arguments.value("format")
    guard arguments.operands.count == 1 else {
      return try together(arguments.operands, format: text, directory)
    }
    let formats = try Formats.read(text ?? "terminal")
    let judged = try Judged.read(path)
    if let directory, text == nil {
      let output = try OutputDirectory(directory)
      let written =
        switch judged.record {
        case .run(let record): try output.write(record, json: judged.json)
        case .comparison(let record): try output.write(record, json: judged.json)
        case .conformance(let record): try output.write([record], json: judged.json)
        }
      Terminal.out("reports written to \(written)")
      return .passed
    }
    try Formats.write(formats, of: judged, try judged.gate(Policy()), to: directory)
    return .passed
  }

  /// Conformance of several relays, side by side on one page.
  private func together(
    _ paths: [String], format: String?, _ directory: String?
  ) throws(CommandError) -> ExitCode {
    var records: [ConformanceRecord] = []
    for path in paths {
      guard case .conformance(let record) = try Judged.read(path).record else {
        throw .usage(
          "\(path) is no conformance record, and only those stand on one page; records of machines "
            + "that shared a run are added up by relaymark merge")
      }
      records.append(record)
    }
    guard let directory else {
      switch format {
      case "html": Terminal.out(ConformancePages.html(records))
      case "markdown": Terminal.out(ConformancePages.markdown(records))
      case nil, "terminal": for record in records { terminal(record) }
      default: throw .usage("several records are shown as terminal, markdown or html")
      }
      return .passed
    }
    guard format == nil else {
      throw .usage("of several records, markdown and html are written; leave --format out")
    }
    Terminal.out("reports written to \(try OutputDirectory(directory).write(records))")
    return .passed
  }

  private func terminal(_ record: ConformanceRecord) {
    Terminal.out(ConformanceTerminal(color: Terminal.color).render(record))
  }

  private func draw(_ history: HistoryFile, _ directory: String?) throws(CommandError) -> ExitCode {
    let lines = try history.read()
    guard let directory else {
      Terminal.out(HistoryPages.terminal(lines))
      return .passed
    }
    _ = try OutputDirectory(directory)
    let path = "\(directory)/history.html"
    do {
      try Data(HistoryPages.html(lines, version: Version.text).utf8)
        .write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError(code: .incomplete, message: "cannot write \(path): \(Reason.of(error))")
    }
    Terminal.out("history: \(path)")
    return .passed
  }
}
