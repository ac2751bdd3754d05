import Core
import Foundation
import Testing
import Wire

/// What `scenarios/README.md` shows must read, and show what it says.
@Suite struct ReadmeTests {
  /// The contents of the fenced blocks of one language.
  private static func blocks(_ language: String) throws -> [String] {
    let text = String(decoding: try Repository.bytes("README.md"), as: UTF8.self)
    return text.components(separatedBy: "\n```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  private static func read(_ source: String) throws -> Scenario {
    try ScenarioReader.read(
      Array(source.utf8), path: "README", faults: Faults.specs,
      files: { (_) throws(SampleFileError) in Array("One.\nTwo.".utf8) },
      recordings: { (_, _, _) throws(SampleFileError) in ProviderScript() })
  }

  @Test func theWholeFormatShowsTheDefaults() throws {
    let shown = try Self.read(try #require(try Self.blocks("json5").first))
    #expect(
      shown == Scenario(name: "area/name", provider: ProviderScript(), traffic: Traffic()))
  }

  @Test func everyPartReads() throws {
    let parts = try Self.blocks("json5").dropFirst()
    #expect(parts.count == 10)
    for part in parts {
      let source =
        part.contains("script:")
        ? "{ name: 'x', provider: { \(part) } }"
        : part.hasPrefix("provider:")
          ? "{ name: 'x', \(part) }"
          : "{ name: 'x', provider: { script: [{ text: { tokens: 20 } }] },\n\(part)\n}"
      do {
        _ = try Self.read(source)
      } catch let errors as ScenarioErrors {
        Issue.record("\(errors.description)\n\(source)")
      }
    }
  }

  /// Every kind of line but those of the layer of bodies is shown as it is written.
  @Test func theRecordingReads() throws {
    let shown = try #require(try Self.blocks("jsonl").first)
    let recording = try RecordingReader.read(Array(shown.utf8))
    #expect(
      recording.entries.map(\.event.name) == [
        "open", "read", "request", "read", "read", "fault", "end", "close",
      ])
    var lines = RecordingWriter.header(tool: recording.tool, startedAt: recording.startedAt)
    for entry in recording.entries { RecordingWriter.append(entry, to: &lines) }
    #expect(String(decoding: lines, as: UTF8.self) == shown + "\n")
  }

  /// Every fault is in the tables with its own example and words, and everything shown reads.
  @Test func theTablesOfFaultsAreComplete() throws {
    let text = String(decoding: try Repository.bytes("FAULTS.md"), as: UTF8.self)
    for spec in Faults.specs {
      #expect(text.contains("| `\(spec.example)` | \(spec.about) |"), "\(spec.name)")
    }
    let shown = text.components(separatedBy: "\n```text\n")[1].components(separatedBy: "\n```")[0]
    for line in shown.split(separator: "\n") { _ = try FaultRule(String(line)) }
    let table = text.components(separatedBy: "| place | where that is |\n")[1]
    let rows = table.components(separatedBy: "\n\n")[0].split(separator: "\n").dropFirst()
    #expect(rows.count == 12)
    for row in rows {
      let cell = row.split(separator: "|")[0]
      for place in cell.split(separator: "`").enumerated().filter({ $0.offset % 2 == 1 }) {
        _ = try FaultRule("pause 1ms at \(place.element)")
      }
    }
  }

  /// Each row of the table of steps begins with steps as they are written.
  @Test func everyStepOfTheTableReads() throws {
    let text = String(decoding: try Repository.bytes("README.md"), as: UTF8.self)
    let table = try #require(text.components(separatedBy: "| step | what it does |\n").last)
    let rows = table.components(separatedBy: "\n\n").first?.split(separator: "\n").dropFirst() ?? []
    var seen: Set<String> = []
    for row in rows {
      let cell = row.split(separator: "|").first ?? ""
      let steps = cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }
      #expect(!steps.isEmpty)
      for (_, step) in steps {
        _ = try Self.read("{ name: 'x', provider: { script: [\(step)] } }")
        let words = ScenarioKeys.stepWords + ScenarioKeys.stepKeys
        seen.formUnion(words.filter { step.hasPrefix("\"\($0)\"") || step.hasPrefix("{ \($0):") })
      }
    }
    #expect(seen == Set(ScenarioKeys.stepWords + ScenarioKeys.stepKeys))
  }
}
