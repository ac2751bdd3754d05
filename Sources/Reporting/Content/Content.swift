import Core

/// A run record turned into the blocks of a report, in reading order.
///
/// HTML and Markdown write the same blocks, so that no form says more than the other.
struct Content {
  let record: RunRecord
  let headline: Headline
  /// One name per target record, unique within the report.
  let labels: [String]

  init(_ record: RunRecord) {
    self.record = record
    headline = Headline(record)
    labels = Content.labels(record.targets)
  }

  /// A page shows the instrument before anything it says; text meant for a pull request leads
  /// with the summary.
  func blocks(summaryFirst: Bool = false) -> [Block] {
    let instrument = [Block.instrument(fit: record.instrument.fit, instrumentBlocks)]
    guard !record.targets.isEmpty else { return instrument + runBlocks + glossaryBlocks }
    var blocks = summaryFirst ? summaryBlocks + instrument : instrument + summaryBlocks
    blocks += sweepBlocks + machineBlocks + checkBlocks + percentileBlocks + curveBlocks
    blocks += streamBlocks + overheadBlocks
    blocks += faultBlocks + endBlocks + probeBlocks
    return blocks + runBlocks + glossaryBlocks
  }

  /// What stands in the title of a page.
  var title: String {
    let names = Tally.listed(Content.unique(record.targets.map(\.name)))
    let of = names.isEmpty ? "" : " \(names),"
    return "\(headline.status.label):\(of) \(record.startedAt) – relaymark"
  }

  /// The letter that stands for a target in the charts: A to Z, then numbers.
  static func letter(_ index: Int) -> String {
    guard index < 26 else { return String(index + 1) }
    return String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index)))
  }

  func cell(_ index: Int) -> Cell {
    Cell(text: labels[index], kind: .target(letter: Content.letter(index)))
  }

  func anchor(_ section: String, _ index: Int) -> String { "\(section)-\(index + 1)" }

  /// The heading of a target within a section; none when there is only one target.
  func heading(_ section: String, _ index: Int) -> [Block] {
    guard record.targets.count > 1 else { return [] }
    let text = "\(Content.letter(index)) · \(labels[index])"
    return [.heading(3, text, anchor: anchor(section, index))]
  }

  /// The name; with the scenario when there are several of them, with a number when still not
  /// unique.
  private static func labels(_ targets: [TargetRecord]) -> [String] {
    let several = unique(targets.map(\.scenario.name)).count > 1
    var seen: [String: Int] = [:]
    return targets.map { target in
      let name = target.name.isEmpty ? "(no name)" : target.name
      let label = several ? "\(name), \(target.scenario.name)" : name
      seen[label, default: 0] += 1
      let number = seen[label] ?? 1
      return number > 1 ? "\(label) (\(number))" : label
    }
  }

  /// The labels without the name of the target when that is the same in every row.
  var shortLabels: [String] {
    let scenarios = record.targets.map(\.scenario.name)
    let oneTarget = Content.unique(record.targets.map(\.name)).count == 1
    let different = Content.unique(scenarios).count == scenarios.count
    return oneTarget && different && scenarios.count > 1 ? scenarios : labels
  }

  static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
