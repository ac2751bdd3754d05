import Core
import Harness
import Judging
import Platform
import Reporting

struct CompareCommand: Command {
  let name = "compare"
  let summary = "Compare relays fairly: arms in turns, whole block pairs, margins, no false alarms."
  let usage = "[SCENARIO] --arm=ARM --arm=ARM… [options]"
  let options =
    CompareArguments.options + [
      Option(
        name: "policy", value: "FILE",
        help: "margins and figures from a policy (relaymark gate --help), and\nexit 1 on a FAIL"),
      Option(name: "gate", value: nil, help: "exit 1 on a FAIL, with the usual margins"),
      Option(
        name: "out", value: "DIR",
        help: "where compare.json, compare.md and compare.html go\n(default: relaymark-out)"),
      Option(name: "json", value: nil, help: "print the record on stdout instead of the table"),
      Option(name: "quiet", value: nil, help: "no progress"),
      Option(name: "require-pass", value: nil, help: "exit 3 if it could not be decided"),
      Option(
        name: "allow-unfit", value: nil, help: "do not exit 4 on a machine too slow to measure"),
    ]
  let examples = [
    "relaymark compare --arm=direct --arm=builtin",
    "relaymark compare streaming/steady-50ms \\\n"
      + "    --arm=old=http://127.0.0.1:4000/v1,provider=127.0.0.1:9100 \\\n"
      + "    --arm=new=http://127.0.0.1:4001/v1,provider=127.0.0.1:9101 --gate",
    "relaymark compare --arm=plain=direct --arm='slow=direct,leg-b=latency 3ms' --pairs=10",
    "relaymark compare --arm=openai,model=gpt-4o-mini --arm=openrouter,model=openai/gpt-4o-mini \\\n"
      + "    --pairs=10 --streams=5 '--arrivals=poisson 1/s'",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let policy = try PolicyFile.read(arguments)
    let options = try CompareArguments.read(arguments, policy: policy)
    let output = try OutputDirectory(try arguments.value("out") ?? "relaymark-out")
    let record: ComparisonRecord
    let progress = CompareProgress(quiet: arguments.flag("quiet"))
    let interrupted: Bool
    do {
      let campaign = try CompareCampaign(
        options: options, interrupts: try Interrupts(), observer: progress)
      record = campaign.run()
      interrupted = campaign.wasInterrupted
    } catch {
      throw CommandError(
        code: .incomplete, message: (error as? CampaignError)?.message ?? "\(error)")
    }
    let directory = try output.write(record)
    if arguments.flag("json") {
      Terminal.out(ComparisonPages.json(record))
    } else {
      Terminal.out(ComparisonPages.terminal(record, color: Terminal.color))
      Terminal.out("report: \(directory)/compare.html")
    }
    return Self.code(
      record, interrupted: interrupted, gates: policy != nil || arguments.flag("gate"), arguments)
  }

  private static func code(
    _ record: ComparisonRecord, interrupted: Bool, gates: Bool, _ arguments: Arguments
  ) -> ExitCode {
    if interrupted { return .interrupted }
    guard record.complete else {
      Terminal.note("relaymark compare: \(record.note)")
      return .incomplete
    }
    // Delays of a machine that was not fit decide nothing; failures do.
    let broke = record.results.contains { result in
      result.measures.contains { $0.measure == MeasureNames.errors && $0.state == .fail }
    }
    if !record.instrument.fit, !arguments.flag("allow-unfit"), !(gates && broke) {
      Terminal.note(
        "relaymark compare: this machine was not fit to measure (--allow-unfit to go on anyway):"
          + record.instrument.remarks.map { "\n  \($0)" }.joined())
      return .unfit
    }
    if gates, record.decision == .fail { return .failed }
    if let dead = record.arms.first(where: { $0.exchanges.done == 0 }) {
      Terminal.note("relaymark compare: no stream of \(dead.name) ended well")
      return .incomplete
    }
    let undecided = record.decision == .inconclusive
    return arguments.flag("require-pass") && undecided ? .inconclusive : .passed
  }
}

/// One line for each pair on stderr, rewritten on a terminal.
final class CompareProgress: CompareObserver {
  private let quiet: Bool
  private let live = Terminal.noteTakesLines
  private let begun = SystemClock().now()

  init(quiet: Bool) { self.quiet = quiet }

  func pairEnds(_ pair: Int, of pairs: Int, failed: [String: Int]) {
    guard !quiet else { return }
    let elapsed = SystemClock().now() - begun
    let left = Nanoseconds(elapsed.count / Int64(pair + 1) * Int64(pairs - pair))
    let bad = failed.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { ", \($0.value) of \($0.key) ended badly" }.joined()
    let words = pair == 0 ? "warmed up" : "pair \(pair) of \(pairs)"
    let text = "\(words)\(bad), about \(left) left"
    if live {
      Terminal.raw("\r\u{1B}[K\(text)" + (pair == pairs ? "\n" : ""))
    } else if pair == 0 || pair == pairs || pair.isMultiple(of: 5) || !bad.isEmpty {
      Terminal.note(text)
    }
  }
}
