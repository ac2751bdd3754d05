package import Core
import Foundation

/// `history.jsonl` as text (`reports/schema/history.schema.json` says what a line is).
package enum HistoryText {
  /// A line that is none.
  package struct Problem: Error, Hashable {
    /// From 1.
    package var line: Int
    package var words: String
  }

  /// With its line end.
  package static func line(_ line: HistoryLine) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try [UInt8](encoder.encode(line)) + [UInt8(ascii: "\n")]
  }

  /// Empty lines are passed over: an editor leaves one at the end.
  package static func read(_ bytes: [UInt8]) throws(Problem) -> [HistoryLine] {
    var lines: [HistoryLine] = []
    let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, part) in parts.enumerated() where !part.isEmpty {
      guard let line = try? JSONDecoder().decode(HistoryLine.self, from: Data(part)) else {
        throw Problem(line: number + 1, words: "this is no line of a history")
      }
      guard line.schema == HistoryLine.schemaID else {
        throw Problem(
          line: number + 1,
          words: "the schema is \"\(Escaping.terminal(line.schema))\", but this version reads "
            + "\"\(HistoryLine.schemaID)\"")
      }
      lines.append(line)
    }
    return lines
  }
}
