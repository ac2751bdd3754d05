import Core
import Harness
import Judging
import Platform
import Reporting

struct PlanCommand: Command {
  let name = "plan"
  let summary = "How many pairs and minutes a comparison needs, from a pilot of A against A."
  let usage = "[SCENARIO] --arm=ARM [options]"
  let options = [
    Option(
      name: "arm", value: "ARM", help: "what is compared with itself (relaymark compare --help)"),
    Option(name: "pairs", value: "K", help: "block pairs of the pilot (default: 10)"),
    Option(name: "streams", value: "N", help: "measured streams of each turn (default: 20)"),
    Option(
      name: "arrivals", value: "LOOP",
      help: "an open loop (default: the scenario's, or 'poisson 20/s')"),
    Option(name: "policy", value: "FILE", help: "figures and margins (relaymark gate --help)"),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
    Option(name: "dialect", value: "NAME", help: "the wire format (relaymark list dialects)"),
    Option(name: "quiet", value: nil, help: "no progress"),
    Option(name: "allow-unfit", value: nil, help: "do not exit 4 on a machine too slow to measure"),
  ]
  let examples = [
    "relaymark plan --arm=builtin",
    "relaymark plan --arm=nginx=http://127.0.0.1:8080/v1,provider=127.0.0.1:9100 --streams=30",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let given = arguments.all("arm")
    guard given.count == 1 else {
      throw .usage("a plan is made for one arm, which is compared with itself: --arm=ARM")
    }
    let policy = try PolicyFile.read(arguments)
    let options = try CompareArguments.read(arguments, policy: policy, pilot: given[0])
    let record: ComparisonRecord
    let interrupted: Bool
    do {
      let campaign = try CompareCampaign(
        options: options, interrupts: try Interrupts(),
        observer: CompareProgress(quiet: arguments.flag("quiet")))
      record = campaign.run()
      interrupted = campaign.wasInterrupted
    } catch {
      throw CommandError(
        code: .incomplete, message: (error as? CampaignError)?.message ?? "\(error)")
    }
    if interrupted { return .interrupted }
    guard record.complete, let estimate = PlanEstimate(record) else {
      throw CommandError(code: .incomplete, message: record.note)
    }
    Terminal.out(Self.text(estimate, record))
    guard record.instrument.fit || arguments.flag("allow-unfit") else {
      Terminal.note(
        "relaymark plan: this machine was not fit to measure (--allow-unfit to go on anyway):"
          + record.instrument.remarks.map { "\n  \($0)" }.joined())
      return .unfit
    }
    return .passed
  }

  private static func text(_ estimate: PlanEstimate, _ record: ComparisonRecord) -> String {
    var text =
      "\(record.arms[0].name) against itself, \(estimate.pilot) pairs of \(record.plan.streams) "
      + "streams a turn, \(estimate.pairTime) a pair.\n"
    text += "Pairs to find twice the margin nine times in ten, all figures tested together:\n\n"
    text += row(["figure", "value", "margin", "noise", "pairs", "time"])
    for entry in estimate.rows {
      guard let value = entry.value, let margin = entry.margin else {
        text += row([entry.name]) + "    \(entry.reason)\n"
        continue
      }
      text += row([
        entry.name, words(value, entry.unit), words(margin, entry.unit),
        entry.standardError.map { words($0, entry.unit) } ?? "–",
        entry.pairs.map(String.init) ?? "–",
        entry.pairs.map { time($0, estimate) } ?? "–",
      ])
      if !entry.reason.isEmpty { text += "    \(entry.reason)\n" }
    }
    if let pairs = estimate.pairs {
      text += "\nrelaymark compare … --pairs=\(pairs) --streams=\(record.plan.streams)"
      text += "    (\(time(pairs, estimate)) with two arms)"
    }
    return text
  }

  private static func time(_ pairs: Int, _ estimate: PlanEstimate) -> String {
    let seconds = Double(pairs + 1) * estimate.pairTime.seconds
    return seconds < 90 ? "\(Int(seconds.rounded())) s" : "\(Int((seconds / 60).rounded(.up))) min"
  }

  private static func words(_ value: Double, _ unit: String) -> String {
    unit == "ratio" ? Figure.percent(value) : Figure.value(value, unit: unit)
  }

  private static func row(_ cells: [String]) -> String {
    var line = Columns.pad(cells[0], 22)
    for cell in cells.dropFirst() { line += Columns.pad(cell, 11, left: true) }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }
}
