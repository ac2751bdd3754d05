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
    try Golden.hold(golden.renderer.render(record), golden.file)
  }
}
