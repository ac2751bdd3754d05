import Core

extension TerminalWriter {
  /// One line per rate, from low to high.
  mutating func sweep(_ sweep: SweepRecord) {
    sentence("Sweep for \(sweep.objectives.joined(separator: " and ")):")
    let widths = [10, 10, 10, 8, 8, 11, 11, 12]
    let titles = ["rate", "sent", "done", "streams", "failed", "TTFT p50", "p99", ""]
    row(titles, widths, isTitle: true)
    for stage in sweep.stages.sorted(by: { $0.rate < $1.rate }) {
      row(
        [
          SweepPlan.text(stage.rate) + "/s", Figure.significant(stage.sentPerSecond) + "/s",
          Figure.significant(stage.donePerSecond) + "/s", Figure.count(stage.streams),
          Figure.count(stage.errors), stage.ttft.map { Figure.duration($0.p50) } ?? Figure.none,
          stage.ttft.map { Figure.duration($0.p99) } ?? Figure.none,
          stage.held ? "✓ held" : "✗ broke",
        ], widths, isTitle: false)
      if let machine = stage.machine { sentence("  ! this machine: \(machine)") }
    }
    blank()
  }
}
