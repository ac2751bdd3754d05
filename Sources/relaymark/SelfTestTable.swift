import Core
import Reporting

/// What `relaymark selftest` prints: at most 80 columns.
enum SelfTestTable {
  static func text(_ record: SelfTestRecord) -> String {
    let figures = record.figures
    var lines = [
      "Error against the provider's log, with nothing between (p50 / p99):",
      row("  streams", "ttft", "gap"),
    ]
    for level in figures.levels {
      lines.append(row("  \(level.streams)", pair(level.ttft), pair(level.gap)))
    }
    lines.append("Lateness of the harness itself (p50 / p99):")
    lines.append(row("  streams", "send", "write", "read"))
    for level in figures.levels {
      let late = ["send", "write", "read"].map { level.lateness[$0].map(pair) ?? Figure.none }
      lines.append(row("  \(level.streams)", late[0], late[1], late[2]))
    }
    lines.append("Floor, the least delay that can be told from none (p50 / p99):")
    for name in ["added.ttft", "added.chunk"] {
      if let floor = figures.floor[name] { lines.append(row("  \(name)", pair(floor))) }
    }
    lines.append(
      "One runner thread took in \(rounded(figures.chunksPerSecond)) chunks/s of a flood "
        + "(\(rounded(figures.chunksPerProcessorSecond)) per CPU second).")
    lines.append(fitness(record))
    lines += record.remarks.flatMap { Columns.wrap("- \($0)", TerminalRenderer.columns) }
    return lines.joined(separator: "\n")
  }

  private static func fitness(_ record: SelfTestRecord) -> String {
    guard record.fit else {
      return "NOT fit to measure: even one stream at a time is too much for this machine."
    }
    guard let most = record.figures.levels.map(\.streams).max(), record.remarks.isEmpty else {
      return "Fit to measure one stream at a time, but not as many as here:"
    }
    return "Fit to measure up to \(most) streams at a time."
  }

  private static func pair(_ pair: SelfTestFigures.Pair) -> String {
    "\(Figure.duration(pair.p50)) / \(Figure.duration(pair.p99))"
  }

  private static func rounded(_ value: Double) -> String { Figure.significant(value) }

  private static func row(_ name: String, _ cells: String...) -> String {
    var line = Columns.pad(name, 14)
    for cell in cells { line += " " + Columns.pad(cell, 20, left: true) }
    return line
  }
}
