package import Core
import Foundation
package import Platform

/// Writes down each exchange as it finishes, so that a run which is killed loses only what was under
/// way. A queue of its own does the work: the loop that measures hands over a value and goes on.
package final class ExchangeJournal: Sendable {
  private let file: AppendFile
  private let queue = DispatchQueue(label: "journal", qos: .utility)
  private let redaction: Redaction
  private let note: @Sendable (String) -> Void

  /// - Parameters:
  ///   - key: masked wherever it stands.
  ///   - note: told if lines cannot be written.
  package init(
    path: String, version: String, seed: UInt64, key: String?, shard: Shard? = nil,
    start: WallTime? = nil, note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    file = try AppendFile(path: path)
    redaction = Redaction(key: key)
    self.note = note
    let run = JournalLine.Run(
      tool: .init(version: version, curl: CurlVersion.text),
      startedAt: Date().formatted(.iso8601), seed: seed, machine: MachineFacts.read(),
      shard: shard, intendedStart: start?.description)
    queue.async { [self] in append(JournalLine(run: run)) }
  }

  /// - Parameter target: without figures yet.
  package func begin(_ target: TargetRecord, stream: Bool) {
    queue.async { [self] in append(JournalLine(trial: .init(target: target, stream: stream))) }
  }

  package func finished(_ exchange: Exchange) {
    queue.async { [self] in
      var masked = exchange
      redaction.mask(&masked)
      append(JournalLine(exchange: .init(masked)))
    }
  }

  /// Waits until everything is in the file.
  package func flush() { queue.sync {} }

  private func append(_ line: JournalLine) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(line) else { return }
    do throws(SystemError) {
      try file.append([UInt8](data) + [UInt8(ascii: "\n")])
    } catch {
      note("the journal cannot be written (\(error.reason)): a run that is killed will lose more")
    }
  }
}
