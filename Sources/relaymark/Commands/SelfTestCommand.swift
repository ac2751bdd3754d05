import Core
import Foundation
import Harness
import Platform

struct SelfTestCommand: Command {
  let name = "selftest"
  let summary = "Measure the instrument itself: its error, its floor and what it takes in."
  let usage = "[--json] [--no-save]"
  let options = [
    Option(name: "json", value: nil, help: "print the record on stdout instead of the table"),
    Option(
      name: "no-save", value: nil,
      help:
        "do not keep it; otherwise reports of later runs take their error\n"
        + "bars from it (${XDG_STATE_HOME:-~/.local/state}/relaymark/selftest.json)"),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
    Option(name: "quiet", value: nil, help: "no progress"),
    Option(
      name: "allow-unfit", value: nil,
      help: "do not exit 4 on a machine too slow to measure even one stream"),
  ]
  let examples = [
    "relaymark selftest                   # under 20 s, needs nothing else",
    "relaymark selftest --json | jq '.figures.levels[] | {streams, ttft}'",
    "XDG_STATE_HOME=$PWD/state relaymark selftest",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    guard arguments.operands.isEmpty else {
      throw .usage("selftest takes no operand, and \"\(arguments.operands[0])\" is one")
    }
    let seed = try arguments.number("seed", in: 0...UInt64.max) ?? 1
    let progress = Progress(quiet: arguments.flag("quiet"), clock: SystemClock())
    let record: SelfTestRecord
    do {
      record = try SelfTest(version: Version.text, seed: seed, observer: progress).run()
    } catch let error as CampaignError {
      throw CommandError(code: .incomplete, message: error.message)
    } catch {
      throw .incomplete(error)
    }
    if arguments.flag("json") {
      Terminal.out(String(SelfTestFile.json(record).dropLast()))
    } else {
      Terminal.out(SelfTestTable.text(record))
    }
    if !arguments.flag("no-save") { try keep(record, quiet: arguments.flag("json")) }
    guard !record.fit, !arguments.flag("allow-unfit") else { return .passed }
    Terminal.note(
      "relaymark selftest: this machine is not fit to measure even one stream at a time "
        + "(--allow-unfit to go on anyway)")
    return .unfit
  }

  private func keep(_ record: SelfTestRecord, quiet: Bool) throws(CommandError) {
    guard let file = SelfTestFile(environment: ProcessInfo.processInfo.environment) else {
      throw CommandError(
        code: .incomplete,
        message: "the self-test was not kept: neither XDG_STATE_HOME nor HOME names a place; set "
          + "one, or give --no-save")
    }
    do {
      try file.write(record)
    } catch {
      throw CommandError(
        code: .incomplete,
        message: "the self-test was not kept: cannot write \(file.path): \(Reason.of(error)); set "
          + "XDG_STATE_HOME to a place that can be written to, or give --no-save")
    }
    if !quiet { Terminal.out("kept for the error bars of later reports: \(file.path)") }
  }
}
