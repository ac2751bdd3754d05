import Core
import Foundation
import Platform
import Reporting

/// `history.jsonl`: one line for each run, only ever appended to.
struct HistoryFile {
  static let usual = "reports/history.jsonl"

  let path: String

  init(_ path: String) { self.path = path }

  func append(_ judged: Judged, _ gate: GateRecord) throws(CommandError) {
    let line =
      switch judged.record {
      case .run(let record): HistoryLine(record, gate.decision)
      case .comparison(let record): HistoryLine(record, gate.decision)
      case .conformance:
        throw CommandError.usage("a history is of figures, and conformance has none")
      }
    do {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      if !FileManager.default.fileExists(atPath: path) {
        try Data().write(to: URL(fileURLWithPath: path))
      }
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(HistoryText.line(line)))
    } catch {
      throw CommandError(
        code: .incomplete, message: "cannot append to \(path): \(Reason.of(error))")
    }
  }

  /// - Throws: a usage error that names the line that is none.
  func read() throws(CommandError) -> [HistoryLine] {
    let bytes = try ScenarioFiles.bytes(path, atMost: Limits.historyBytes)
    guard bytes.count <= Limits.historyBytes else {
      throw .usage("\(path) is longer than \(Limits.historyBytes) bytes")
    }
    let lines: [HistoryLine]
    do throws(HistoryText.Problem) {
      lines = try HistoryText.read(bytes)
    } catch {
      throw .usage("\(path):\(error.line): \(error.words)")
    }
    guard !lines.isEmpty else {
      throw .usage("\(path) is empty: relaymark gate … --history adds lines")
    }
    return lines
  }
}
