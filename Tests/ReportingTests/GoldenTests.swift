import Core
import Foundation
import Reporting
import Testing

/// Every form of report against a committed file; `UPDATE_GOLDEN=1` rewrites them.
@Suite struct GoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var renderer: any Renderer
    var record: String
    var file: String

    var testDescription: String { file }
  }

  static let cases: [Case] = Renderers.all.flatMap { renderer in
    ["full", "interrupted", "merged"].map { record in
      let ending = ["html": "html", "json": "json", "markdown": "md"][renderer.name] ?? "txt"
      return Case(renderer: renderer, record: record, file: "\(record).\(ending)")
    }
  }

  @Test(arguments: cases) func rendersAsCommitted(_ golden: Case) throws {
    let record =
      switch golden.record {
      case "full": SampleRecord.full()
      case "merged": SampleRecord.merged()
      default: SampleRecord.interrupted()
      }
    let text = golden.renderer.render(record)
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden").appendingPathComponent(golden.file)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: place)
    }
    let expected = try String(decoding: Data(contentsOf: place), as: UTF8.self)
    guard text != expected else { return }
    let lines = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
    let first = lines.enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(golden.file) differs (UPDATE_GOLDEN=1 rewrites it), first in line \
      \(first.map { "\($0.offset + 1): \($0.element.0)" } ?? "at the end")
      """)
  }
}
