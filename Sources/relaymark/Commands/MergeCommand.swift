import Core
import Foundation
import Harness
import Judging
import Reporting

struct MergeCommand: Command {
  let name = "merge"
  let summary = "Add up the records of machines that shared a run (--shard)."
  let usage = "RUN.json… [--out=DIR] [--json]"
  let options = [
    Option(
      name: "out", value: "DIR",
      help:
        "where run.json, report.md and report.html go\n(default: relaymark-out; files there are replaced)"
    ),
    Option(name: "json", value: nil, help: "print the run record on stdout instead of the table"),
    Option(name: "require-pass", value: nil, help: "exit 3 if anything is inconclusive"),
    Option(
      name: "allow-unfit", value: nil, help: "do not exit 4 if a machine was too slow to measure"),
  ]
  let examples = [
    "relaymark merge shard-1/run.json shard-2/run.json shard-3/run.json --out=together",
    "relaymark merge results/shard-*    # directories are looked into",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard !arguments.operands.isEmpty else {
      throw .usage("name the records of the shards, such as shard-1/run.json shard-2/run.json")
    }
    var parts: [RecordMerge.Part] = []
    for operand in arguments.operands {
      let path = RecordFile.locate(operand)
      parts.append(.init(file: path, record: try RecordFile.read(path)))
    }
    let record: RunRecord
    do throws(RecordMerge.Refusal) {
      record = try RecordMerge.merge(parts)
    } catch {
      let reasons = error.reasons.prefix(Limits.scenarioErrors).map { "\n  \($0)" }.joined()
      let more = error.reasons.count - Limits.scenarioErrors
      throw .usage(
        "these records do not belong together:" + reasons
          + (more > 0 ? "\n  and \(more) more reasons" : ""))
    }
    let output = try OutputDirectory(try arguments.value("out") ?? "relaymark-out")
    let directory = try output.write(record)
    if arguments.flag("json") {
      Terminal.out(JSONRenderer().render(record))
    } else {
      Terminal.out(TerminalRenderer(color: Terminal.color).render(record))
      Terminal.out("report: \(directory)/report.html")
    }
    let code = RunOutcome.code(
      record, interrupted: false, hollow: nil, requirePass: arguments.flag("require-pass"),
      allowUnfit: arguments.flag("allow-unfit"))
    if code == .incomplete { Terminal.note("relaymark merge: \(record.note)") }
    if code == .unfit {
      Terminal.note(
        "relaymark merge: not all machines were fit to measure (--allow-unfit to go on anyway):"
          + record.instrument.remarks.map { "\n  \($0)" }.joined())
    }
    return directory == output.path || code != .passed ? code : .incomplete
  }
}
