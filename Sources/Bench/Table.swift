import Foundation
import Glibc

/// All results of a run: medians over the rounds, ratios of one round to its peer, and the bars.
struct Table {
  private var outcomes: [Outcome]

  /// Prints, and ends with 1 if a bar of these areas fails or could not be measured.
  static func print(resultsAt path: String, areas: [String]) -> Never {
    guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
      Failure.die("cannot read \(path)")
    }
    let outcomes = content.split(separator: "\n").map { line in
      guard let outcome = try? JSONDecoder().decode(Outcome.self, from: Data(line.utf8)) else {
        Failure.die("\(path) has a line that is no result: \(line)")
      }
      return outcome
    }
    let table = Table(outcomes)
    table.printFigures()
    exit(table.printBars(of: areas) ? 0 : 1)
  }

  init(_ outcomes: [Outcome]) {
    self.outcomes = outcomes
    for (index, outcome) in outcomes.enumerated() {
      guard
        let direct = outcomes.first(where: {
          $0.measure == outcome.measure && $0.round == outcome.round && $0.subject == "direct"
        }), outcome.subject != "direct"
      else { continue }
      for quantile in ["p50", "p99"] {
        guard let own = outcome.values[quantile], let base = direct.values[quantile] else {
          continue
        }
        self.outcomes[index].values["added.\(quantile)"] = own - base
      }
    }
  }

  /// The values of one subject by round.
  private func values(_ measure: String, _ subject: String, _ value: String) -> [Int: Double] {
    var found: [Int: Double] = [:]
    for outcome in outcomes where outcome.measure == measure && outcome.subject == subject {
      found[outcome.round] = outcome.values[value]
    }
    return found
  }

  private func distinct(_ values: some Sequence<String>) -> [String] {
    var seen: Set<String> = []
    return values.filter { seen.insert($0).inserted }
  }

  private func printFigures() {
    for measure in distinct(outcomes.map(\.measure)) {
      let here = outcomes.filter { $0.measure == measure }
      let columns = Set(here.flatMap(\.values.keys)).sorted()
      line([measure] + columns, widths: columns.count)
      for subject in distinct(here.map(\.subject)) {
        let cells = columns.map { column in
          Self.median(values(measure, subject, column).values).map(Self.figure) ?? "-"
        }
        line(["  " + subject] + cells, widths: columns.count)
      }
    }
    Swift.print(
      """

      p50, p99, added, cpu: µs (cpu of bulk: ns per byte); rate: GB/s, connections per second, \
      KB/s; rss: MiB
      """)
  }

  /// The value or ratio that a bar is about; nil if it was not measured.
  private func figure(of bar: Bar) -> Double? {
    let own = values(bar.measure, bar.subject, bar.value)
    guard let peer = bar.peer else { return Self.median(own.values) }
    let others = values(bar.measure, peer, bar.value)
    return Self.median(own.compactMap { round, value in others[round].map { value / $0 } })
  }

  private func printBars(of areas: [String]) -> Bool {
    var allHold = true
    Swift.print("\nbars (a ratio is the median over rounds of the two measured side by side)")
    for bar in Bar.all where areas.contains(bar.area) {
      let figure = figure(of: bar)
      let holds = figure.map(bar.holds) ?? false
      allHold = allHold && holds
      let peer = bar.peer.map { " of \($0)" } ?? ""
      let seen = figure.map { "\(Self.figure($0)) \(bar.unit)\(peer)" } ?? "not measured"
      let limit = "\(bar.isFloor ? "≥" : "≤") \(Self.plain(bar.limit)) \(bar.unit)"
      Swift.print(
        holds ? "  ok  " : "  FAIL", Self.padded(bar.about, 52), Self.padded(seen, 26), limit)
    }
    return allHold
  }

  private func line(_ cells: [String], widths: Int) {
    let rest = cells.dropFirst().map { Self.padded($0, 10, right: true) }.joined(separator: " ")
    Swift.print(Self.padded(cells[0], 22), rest)
  }

  private static func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }

  private static func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }

  private static func figure(_ value: Double) -> String {
    let decimals = abs(value) >= 1_000 ? 0 : abs(value) >= 100 ? 1 : abs(value) >= 10 ? 2 : 3
    return String(format: "%.\(decimals)f", value)
  }

  private static func median(_ values: some Collection<Double>) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
