import Core

extension Content {
  /// What was asked of each target and how it answered; what is wrong comes first.
  var checkBlocks: [Block] {
    var blocks: [Block] = [.heading(2, "Checks and expectations", anchor: "checks")]
    for (index, target) in record.targets.enumerated() {
      blocks += heading("checks", index)
      if target.verdicts.isEmpty && target.expectations.isEmpty {
        blocks.append(.note("Nothing was judged on this target."))
        continue
      }
      if !target.verdicts.isEmpty { blocks += verdicts(target) }
      if !target.expectations.isEmpty { blocks.append(.table(expectations(target))) }
    }
    return blocks
  }

  private func verdicts(_ target: TargetRecord) -> [Block] {
    let sorted = Content.sorted(target.verdicts)
    let judged = sorted.filter { $0.verdict != .skip }
    let skipped = sorted.filter { $0.verdict == .skip }
    var blocks: [Block] = []
    if !judged.isEmpty { blocks.append(.table(table(judged, "Checks: \(Content.counts(judged))"))) }
    if !skipped.isEmpty {
      let rows = skipped.map { [Cell.code($0.id), .text($0.level.rawValue), .text($0.actual)] }
      blocks.append(
        .folded(
          "\(Figure.counted(skipped.count, "check")) skipped",
          [
            .table(
              Table(
                caption: "Skipped checks",
                columns: [.text("Check"), .text("Level"), .text("Reason")], rows: rows))
          ]))
    }
    return blocks
  }

  private func table(_ verdicts: [Verdict], _ caption: String) -> Table {
    let named = verdicts.contains { !$0.evidence.isEmpty }
    return Table(
      caption: caption,
      columns: [
        .text("Result"), .text("Check"), .text("Level"), .text("Expected"), .text("Actual"),
      ] + (named ? [.text("Seen in streams")] : []),
      rows: verdicts.map { verdict in
        let streams = verdict.evidence.map { "#\($0)" }.joined(separator: ", ")
        return [
          .outcome(verdict.verdict), .code(verdict.id), .text(verdict.level.rawValue),
          .text(verdict.expected), .text(verdict.actual),
        ] + (named ? [.text(streams)] : [])
      })
  }

  private func expectations(_ target: TargetRecord) -> Table {
    let sorted = target.expectations.enumerated().sorted {
      ($0.element.outcome.rank, $0.offset) < ($1.element.outcome.rank, $1.offset)
    }.map(\.element)
    return Table(
      caption: "Expectations of scenario \(target.scenario.name)",
      columns: [.text("Result"), .text("Expectation"), .text("Actual")],
      rows: sorted.map { [.outcome($0.outcome), .code($0.text), .text($0.actual)] })
  }

  /// Fail, warn, inconclusive, pass, skip; must before should before may; then by id.
  static func sorted(_ verdicts: [Verdict]) -> [Verdict] {
    verdicts.sorted {
      ($0.verdict.rank, $0.level.rank, $0.id) < ($1.verdict.rank, $1.level.rank, $1.id)
    }
  }

  /// `2 fail, 1 warn, 12 pass`.
  static func counts(_ verdicts: [Verdict]) -> String {
    let order: [Verdict.Outcome] = [.fail, .warn, .inconclusive, .pass, .skip]
    return order.compactMap { outcome in
      let number = verdicts.count { $0.verdict == outcome }
      return number > 0 ? "\(number) \(outcome.rawValue)" : nil
    }.joined(separator: ", ")
  }
}
