import Core
import Foundation
import Reporting

/// Conformance records in files, and the reports that are made of them.
enum ConformanceFiles {
  /// What `conform` leaves behind; of several records the page alone, as a matrix.
  static func write(
    _ records: [ConformanceRecord], json: String?, to output: OutputDirectory
  ) throws(CommandError) {
    if let json { _ = try output.write(json, to: "conformance.json") }
    _ = try output.write(ConformancePage.render(records), to: "conformance.html")
    guard records.count == 1 else { return }
    _ = try output.write(ConformanceMarkdown.render(records[0]), to: "conformance.md")
    _ = try output.write(ConformanceJUnit.render(records[0]), to: "conformance.xml")
  }

  /// The records in these files; nil if the first holds something else.
  static func read(_ paths: [String]) throws(CommandError) -> [ConformanceRecord]? {
    var records: [ConformanceRecord] = []
    for path in paths {
      guard let data = FileManager.default.contents(atPath: path),
        let head = try? JSONDecoder().decode(Head.self, from: data),
        head.schema == ConformanceRecord.schemaID
      else {
        guard records.isEmpty else { throw .usage("\(path) is no conformance record") }
        return nil
      }
      do {
        records.append(try JSONDecoder().decode(ConformanceRecord.self, from: data))
      } catch {
        throw .usage("\(path): is no whole conformance record (\(Reason.of(error)))")
      }
    }
    return records.isEmpty ? nil : records
  }

  private struct Head: Decodable { var schema: String }

  static func report(
    _ records: [ConformanceRecord], _ arguments: Arguments
  ) throws(CommandError) -> ExitCode {
    if let directory = try arguments.value("out") {
      let output = try OutputDirectory(directory)
      try write(records, json: nil, to: output)
      Terminal.out("report: \(output.path)/conformance.html")
      return .passed
    }
    let format = try arguments.value("format") ?? "terminal"
    for record in records {
      switch format {
      case "terminal": Terminal.out(ConformanceTerminal(color: Terminal.color).render(record))
      case "markdown": Terminal.out(ConformanceMarkdown.render(record))
      case "junit": Terminal.out(ConformanceJUnit.render(record))
      case "json": Terminal.out(ConformanceJSON.render(record))
      case "html":
        Terminal.out(ConformancePage.render(records))
        return .passed
      default:
        throw .usage(
          "unknown format \(format) of a conformance record (terminal, markdown, html, junit, json)"
        )
      }
    }
    return .passed
  }
}
