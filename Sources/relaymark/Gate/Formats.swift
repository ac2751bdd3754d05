import Core
import Foundation
import Reporting

/// `--format=a,b,c`, and where the texts go.
enum Formats {
  static var names: [String] { (Renderers.all.map(\.name) + Exporters.all.map(\.name)).sorted() }

  static let help =
    "terminal, markdown, html, json; for CI: junit, tap, comment,\n"
    + "step-summary, annotations, openmetrics, otlp, csv, badge, gate;\n"
    + "several with commas, into --out"

  /// - Throws: a usage error that says what was meant.
  static func read(_ text: String) throws(CommandError) -> [String] {
    let asked = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for name in asked where !names.contains(name) {
      let near = Suggestion.nearest(to: name, in: names).map { "; did you mean \($0)?" } ?? ""
      throw .usage("unknown format \(name)\(near) (\(names.joined(separator: ", ")))")
    }
    return asked
  }

  /// One on standard output, or all of them as files.
  static func write(
    _ formats: [String], of judged: Judged, _ gate: GateRecord, to directory: String?
  ) throws(CommandError) {
    guard directory != nil || formats.count == 1 else {
      throw .usage("several formats are files: say where they go with --out=DIR")
    }
    let export = judged.export(gate)
    var files: [(name: String, text: String)] = []
    for name in formats {
      if let exporter = Exporters.named(name) {
        files.append((exporter.fileName, exporter.export(export)))
      } else if let report = judged.report(name) {
        files.append((report.fileName, report.text))
      }
    }
    guard let directory else {
      let text = files[0].text
      Terminal.out(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      return
    }
    _ = try OutputDirectory(directory)
    for file in files {
      let path = "\(directory)/\(file.name)"
      do {
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw CommandError(
          code: .incomplete, message: "cannot write \(path): \(Reason.of(error))")
      }
    }
  }

  /// What GitHub's runner shows of a step by itself, where this is one.
  static func github(_ judged: Judged, _ gate: GateRecord) {
    let environment = ProcessInfo.processInfo.environment
    let export = judged.export(gate)
    if environment["GITHUB_ACTIONS"] == "true" {
      let text = AnnotationsExporter().export(export)
      if !text.isEmpty { Terminal.out(String(text.dropLast())) }
    }
    guard let path = environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
    let text = StepSummaryExporter().export(export)
    do {
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      // The file is one step's, of which all commands may write: no more than there is room for.
      guard try handle.seekToEnd() + UInt64(text.utf8.count) < 1 << 20 else {
        Terminal.note("relaymark: \(path) has no room for the summary (1 MiB for a step)")
        return
      }
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      Terminal.note("relaymark: cannot write the step's summary to \(path): \(Reason.of(error))")
    }
  }
}
