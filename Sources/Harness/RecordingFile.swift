package import Core
package import Platform
import Synchronization
import Wire

/// The file of a recording: what anything that passes is written to, on any loop.
package final class RecordingFile: Sendable {
  /// Known secrets, masked wherever they stand.
  package let keys: [[UInt8]]
  private let file: LineFile
  private let connections = Atomic<Int>(0)

  /// - Parameters:
  ///   - tool: the version of relaymark.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    path: String, tool: String, keys: [String], note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    self.keys = keys.map { Array($0.utf8) }
    file = try LineFile(
      write: AppendFile(path: path).append, what: "the recording",
      header: { RecordingWriter.header(tool: tool, startedAt: $0) },
      missing: { RecordingWriter.lost($0, at: $1) }, note: note)
  }

  /// When the recording began; what its lines count from.
  package var start: Instant { file.start }

  /// A number for a connection that no other of this file has; the first is 1.
  package func nextConnection() -> Int {
    connections.add(1, ordering: .relaxed).newValue
  }

  /// Takes whole lines, `count` of them, the last of which is of this instant.
  package func append(_ lines: [UInt8], count: Int, at now: Instant) {
    file.append(lines, count: count, at: now)
  }

  /// Writes what is left and ends; nothing is taken any more.
  ///
  /// - Returns: how many lines are missing.
  package func close() -> Int { file.close() }
}
