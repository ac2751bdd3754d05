import Core

/// A comparison turned into the blocks of a report; HTML and Markdown write the same.
struct ComparisonContent {
  let record: ComparisonRecord

  init(_ record: ComparisonRecord) { self.record = record }

  var names: String { record.arms.map(\.name).joined(separator: ", ") }

  var status: Headline.Status {
    guard record.complete else { return .incomplete }
    return switch record.decision {
    case .pass: .passed
    case .fail: .failed
    case .inconclusive: .inconclusive
    }
  }

  /// What was decided, in the words of the judge.
  var sentence: String {
    record.results.isEmpty
      ? "Nothing was compared: \(record.note)"
      : record.results.map(\.reason).joined(separator: " ")
  }

  /// What must be said at once.
  var remarks: [String] {
    var remarks: [String] = []
    if !record.note.isEmpty {
      remarks.append(record.complete ? record.note : "Why it ended: \(record.note)")
    }
    for arm in record.arms where arm.exchanges.done < arm.exchanges.total {
      let failed = arm.exchanges.total - arm.exchanges.done
      remarks.append(
        "\(arm.name): \(Figure.count(failed)) of \(Figure.counted(arm.exchanges.total, "exchange"))"
          + " did not end well.")
    }
    if !record.instrument.fit {
      remarks.append("The machine was not fit to measure: its delays are not to be relied on.")
    }
    return remarks + record.instrument.remarks
  }

  var blocks: [Block] {
    var blocks: [Block] = []
    for (index, result) in record.results.enumerated() {
      let title =
        record.results.count > 1 ? "\(result.arm) against \(result.against)" : "Differences"
      blocks.append(.heading(2, title, anchor: "differences-\(index + 1)"))
      // A single reason is the first thing on the page.
      if record.results.count > 1 { blocks.append(.paragraph(result.reason)) }
      blocks += forest(result, index)
      blocks.append(.table(table(result)))
      blocks += warnings(result)
      blocks += shifts(result, index)
    }
    blocks += distributions + lines
    blocks.append(.heading(2, "Arms", anchor: "arms"))
    blocks.append(.table(arms))
    let remarks = record.arms.flatMap { arm in arm.remarks.map { "\(arm.name): \($0)" } }
    if !remarks.isEmpty { blocks.append(.list(remarks)) }
    blocks.append(.heading(2, "How it was decided", anchor: "method"))
    return blocks + [.facts(method)]
  }

  private func warnings(_ result: ArmComparison) -> [Block] {
    let words = result.measures.compactMap { figure in
      figure.warning.map { "\(figure.name): \($0)" }
    }
    return words.isEmpty ? [] : [.list(words)]
  }

  private func table(_ result: ArmComparison) -> Table {
    let percent = Figure.percent(1 - result.alpha)
    return Table(
      caption: "\(result.arm) − \(result.against), \(Figure.counted(result.pairs, "block pair")),"
        + " interval of \(percent)",
      columns: [
        .text("Figure"), .number(result.against), .number(result.arm), .number("Difference"),
        .number("From"), .number("To"), .number("Share"), .number("Margin"), .text("Decision"),
        .text("Why"),
      ],
      rows: result.measures.map { figure in
        [
          .code(figure.name), .number(Self.value(figure.a, figure)),
          .number(Self.value(figure.b, figure)), .number(Self.difference(figure.delta, figure)),
          .number(Self.difference(figure.low, figure)),
          .number(Self.difference(figure.high, figure)),
          .number(figure.share.map(Self.signedPercent) ?? Figure.none),
          .number(Self.value(figure.margin, figure)), .outcome(figure.state.outcome),
          .text(figure.reason),
        ]
      })
  }

  private var arms: Table {
    Table(
      caption: "Each arm over all its measured turns",
      columns: [
        .text("Arm"), .number("Streams done"), .number("TTFT p50"), .number("TTFT p95"),
        .number("TTFT p99"), .number("Added per chunk p50"), .text("Topology"), .text("Faults"),
        .text("Address"),
      ],
      rows: record.arms.enumerated().map { index, arm in
        let ttft = arm.measures["ttft"]
        func cell(_ value: Double?) -> Cell {
          .number(value.map { Figure.value($0, unit: "ns") } ?? Figure.none)
        }
        return [
          Cell(text: arm.name, kind: .target(letter: Content.letter(index))),
          Cell(
            text: "\(Figure.count(arm.exchanges.done)) / \(Figure.count(arm.exchanges.total))",
            kind: .alarm(arm.exchanges.done < arm.exchanges.total)),
          cell(ttft?.p50), cell(ttft?.p95), cell(ttft?.p99),
          cell(arm.measures["added.chunk"]?.p50), .text(arm.topology.rawValue),
          .text(arm.faults.joined(separator: ", ")), .text(arm.url),
        ]
      })
  }

  private var method: [Fact] {
    let plan = record.plan
    let looks =
      plan.looks.count > 1
      ? "after \(plan.looks.map { "\($0.pairs) pairs (\(Figure.percent($0.alpha)))" }.joined(separator: ", ")), declared beforehand"
      : "once, after all \(plan.pairs) pairs"
    return [
      Fact(
        term: "Pairs",
        text: "\(plan.pairs) pairs of turns after one that is not counted, \(plan.streams) streams"
          + " a turn, \(record.scenario.arrivals); the order within each pair was drawn from seed"
          + " \(record.seed), arrivals and prompts were the same for all arms."),
      Fact(
        term: "Interval",
        text:
          "Difference ± t(K−1) × standard error, from \(Figure.count(plan.draws)) draws of whole"
          + " block pairs; for shares of failures Newcombe's. A failed exchange counts as a value"
          + " that never came."),
      Fact(
        term: "Decision",
        text: "Fail: the whole interval lies above the margin, also corrected for the number of"
          + " figures (Holm), so that the chance of any wrong alarm is at most"
          + " \(Figure.percent(plan.alpha)). Pass: every interval lies below. Otherwise it is not"
          + " decided. Looked at \(looks)."),
      Fact(term: "Scenario", text: "\(record.scenario.name): \(record.scenario.about)"),
      Fact(
        term: "Machine",
        text: "\(record.machine.processor), \(record.machine.cores) cores, \(record.machine.system)"
      ),
    ]
  }

  static func value(_ value: Double?, _ figure: ArmComparison.Figure) -> String {
    guard let value else { return Figure.none }
    if figure.unit == "ratio" { return value.isFinite ? Figure.percent(value) : "∞" }
    return Figure.value(value, unit: figure.unit)
  }

  static func difference(_ value: Double?, _ figure: ArmComparison.Figure) -> String {
    guard let value else { return Figure.none }
    let text = Self.value(value, figure)
    return value > 0 ? "+\(text)" : text
  }

  static func signedPercent(_ share: Double) -> String {
    guard share.isFinite else { return share < 0 ? "-∞" : "∞" }
    return (share > 0 ? "+" : "") + Figure.percent(share)
  }
}

extension ArmComparison.State {
  var outcome: Verdict.Outcome {
    switch self {
    case .pass: .pass
    case .fail: .fail
    case .inconclusive: .inconclusive
    case .refused, .missing: .skip
    }
  }
}
