import Foundation
import Testing

/// A record rendered again.
@Suite(.waits) struct ReportCommandTests {
  /// What a later version wrote more into it must not be lost.
  @Test func theRecordStaysAsItWas() throws {
    let directory = try CommandLineTool.scratch("report")
    let run = try CommandLineTool.run([
      "run", "scenarios/traffic/prompt-template.json5", "--streams=2", "--out=\(directory)",
      "--quiet", "--allow-unfit",
    ])
    #expect(run.status == 0, "\(run.error)")
    let file = URL(fileURLWithPath: directory + "/run.json")
    var text = try String(contentsOf: file, encoding: .utf8)
    let brace = try #require(text.firstIndex(of: "{"))
    text.insert(contentsOf: #""later": [1,  2], "#, at: text.index(after: brace))
    try text.write(to: file, atomically: true, encoding: .utf8)

    let report = try CommandLineTool.run(["report", file.path, "--out=\(directory)/again"])
    #expect(report.status == 0, "\(report.error)")
    let again = try String(contentsOfFile: directory + "/again/run.json", encoding: .utf8)
    #expect(again == text)
    let html = try String(contentsOfFile: directory + "/again/report.html", encoding: .utf8)
    #expect(html.contains("prompt-template"))
  }
}
