import Core

/// The rates of a sweep side by side, from low to high.
extension Content {
  var sweepBlocks: [Block] {
    guard let sweep = record.sweep else { return [] }
    let rows = sweep.stages.sorted { $0.rate < $1.rate }.map { stage -> [Cell] in
      let times = [stage.ttft?.p50, stage.ttft?.p99, stage.lateness?.p99].map {
        Cell.number($0.map { Figure.duration($0) } ?? Figure.none)
      }
      return [
        .number(SweepPlan.text(stage.rate) + "/s"),
        .number(Figure.significant(stage.sentPerSecond) + "/s"),
        .number(Figure.significant(stage.donePerSecond) + "/s"),
        .number(Figure.count(stage.streams)),
        Cell(text: Figure.count(stage.errors), kind: .alarm(stage.errors > 0)),
      ] + times + [
        .outcome(stage.held ? .pass : .fail),
        .text(
          (stage.missed + [stage.machine.map { "this machine: \($0)" }].compactMap(\.self))
            .joined(separator: "; ")),
      ]
    }
    return [
      .heading(2, "Sweep", anchor: "sweep"), .paragraph(sweep.result),
      .table(
        Table(
          caption: "Objectives: \(sweep.objectives.joined(separator: " and ")). Each rate was"
            + " measured by itself, after a warm-up that no figure counts.",
          columns: [
            .number("Rate"), .number("Sent"), .number("Done"), .number("Streams"),
            .number("Failed"), .number("TTFT p50"), .number("TTFT p99"),
            .number("Sent late p99"), .text("Objectives"), .text("What was missed"),
          ], rows: rows)),
    ]
  }
}
