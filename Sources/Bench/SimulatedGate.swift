import Foundation
import TestSupport

/// The decision of `compare` on simulated jobs: what `scripts/bench/gate` runs and prints.
enum SimulatedGate {
  private struct Line: Codable {
    var name: String
    var figures: SimulatedFigures
  }

  /// Runs the jobs `--from` to `--to` of one case and prints what came of them as a line of JSON.
  static func run(_ options: Options) {
    let name = options.text("case")
    guard let found = SimulatedCase.all().first(where: { $0.name == name }) else {
      Failure.die("there is no case \(name)")
    }
    let jobs = options.number("from")..<options.number("to")
    let figures = found.figures(jobs: jobs, seed: UInt64(options.number("seed", default: 1)))
    guard let line = try? JSONEncoder().encode(Line(name: name, figures: figures)) else {
      Failure.die("a figure is no number")
    }
    FileHandle.standardOutput.write(line + Data("\n".utf8))
  }

  /// Adds up the lines of a file, prints each bar and its figure, and ends with 1 if one is missed.
  static func table(resultsAt path: String) {
    guard let data = FileManager.default.contents(atPath: path) else {
      Failure.die("cannot read \(path)")
    }
    var sums: [String: SimulatedFigures] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let line = try? JSONDecoder().decode(Line.self, from: line) else {
        Failure.die("\(path) has a line that is no result")
      }
      sums[line.name] = (sums[line.name] ?? SimulatedFigures()) + line.figures
    }
    var missed = 0
    for each in SimulatedCase.all() {
      guard let figures = sums[each.name] else { continue }
      say("\(each.name): \(each.about), \(figures.jobs) jobs, \(figures.passed) passed")
      for bar in each.bars {
        let (about, figure, bound, holds) = bar.judge(figures)
        let percent = String(format: "%5.1f %%", figure * 100)
        say("  \(holds ? "ok  " : "MISS") \(percent)  \(about)  (\(bound))")
        if !holds { missed += 1 }
      }
    }
    say(missed == 0 ? "every bar holds" : "\(missed) bars are missed")
    exit(missed == 0 ? 0 : 1)
  }

  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
