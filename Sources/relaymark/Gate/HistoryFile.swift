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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
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
      try handle.write(contentsOf: encoder.encode(line) + Data("\n".utf8))
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
    var lines: [HistoryLine] = []
    let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, part) in parts.enumerated() where !part.isEmpty {
      guard let line = try? JSONDecoder().decode(HistoryLine.self, from: Data(part)) else {
        throw .usage("\(path):\(number + 1): this is no line of a history")
      }
      guard line.schema == HistoryLine.schemaID else {
        throw .usage(
          "\(path):\(number + 1): the schema is \"\(Escaping.terminal(line.schema))\", but this "
            + "version reads \"\(HistoryLine.schemaID)\"")
      }
      lines.append(line)
    }
    guard !lines.isEmpty else {
      throw .usage("\(path) is empty: relaymark gate … --history adds lines")
    }
    return lines
  }
}
