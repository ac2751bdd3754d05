package import Core
import Foundation
package import Platform
import Synchronization

/// Writes down each exchange as it finishes, so that a run which is killed loses only what was under
/// way. A thread that always gives way does the work: the loop that measures hands over a value and
/// goes on. Where that thread falls far behind, which is where the machine is too busy to measure,
/// the loop writes its exchange itself rather than lose it or let memory grow.
package final class ExchangeJournal: Sendable {
  private let file: AppendFile
  private let waiting = Mutex(Waiting())
  private let arrived = DispatchSemaphore(value: 0)
  /// Held by the thread while it writes what it has taken.
  private let turn = Mutex(())
  /// Held while one line is written: a line that fails is taken back.
  private let end = Mutex(())
  private let redaction: Redaction
  private let noted = Mutex(false)
  private let note: @Sendable (String) -> Void

  private struct Waiting {
    var exchanges: [Exchange] = []
    /// Of these, and of what the thread is writing.
    var bytes = 0
    var sleeps = true
    var isClosed = false

    mutating func takeAll() -> [Exchange] {
      defer { exchanges = [] }
      for exchange in exchanges { bytes -= ExchangeJournal.size(exchange) }
      return exchanges
    }
  }

  /// - Parameters:
  ///   - key: masked wherever it stands.
  ///   - note: told once if lines cannot be written.
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
    append(JournalLine(run: run))
    QuietThread.start(name: "journal") { [weak self, arrived] in
      while true {
        arrived.wait()
        guard let self, self.writeWaiting() else { return }
      }
    }
  }

  deinit { arrived.signal() }

  /// - Parameter target: without figures yet.
  package func begin(_ target: TargetRecord, stream: Bool) {
    // Exchanges belong to the trial whose line stands before theirs.
    flush()
    append(JournalLine(trial: .init(target: target, stream: stream)))
  }

  package func finished(_ exchange: Exchange) {
    let size = Self.size(exchange)
    let (isTaken, wakes) = waiting.withLock { waiting in
      guard !waiting.isClosed else { return (true, false) }
      guard waiting.bytes + size <= Limits.journalBacklogBytes else { return (false, false) }
      waiting.exchanges.append(exchange)
      waiting.bytes += size
      defer { waiting.sleeps = false }
      return (true, waiting.sleeps)
    }
    if wakes { arrived.signal() }
    if !isTaken { write(exchange) }
  }

  /// Waits until everything is in the file.
  package func flush() {
    for exchange in waiting.withLock({ $0.takeAll() }) { write(exchange) }
    turn.withLock { _ in }
  }

  /// The run has its record: what still waits need not be written any more.
  package func close() {
    waiting.withLock {
      $0.isClosed = true
      _ = $0.takeAll()
    }
    arrived.signal()
    turn.withLock { _ in }
  }

  /// Writes down what waits, oldest first; false when there will be no more.
  private func writeWaiting() -> Bool {
    turn.withLock { _ in
      while true {
        let (next, isClosed) = waiting.withLock { waiting in
          let next = waiting.exchanges
          waiting.exchanges = []
          waiting.sleeps = next.isEmpty
          return (next, waiting.isClosed)
        }
        if isClosed { return false }
        if next.isEmpty { return true }
        for exchange in next where !waiting.withLock({ $0.isClosed }) {
          write(exchange)
          waiting.withLock { $0.bytes -= Self.size(exchange) }
        }
      }
    }
  }

  /// What an exchange that waits holds.
  private static func size(_ exchange: Exchange) -> Int {
    exchange.body.count + exchange.timeline.reads.count * MemoryLayout<ReadMark>.stride
  }

  private func write(_ exchange: Exchange) {
    var masked = exchange
    redaction.mask(&masked)
    put(JournalWriter.line(masked))
  }

  private func append(_ line: JournalLine) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(line) else { return }
    put([UInt8](data) + [UInt8(ascii: "\n")])
  }

  private func put(_ line: [UInt8]) {
    do throws(SystemError) {
      try end.withLock { _ throws(SystemError) in try file.append(line) }
    } catch {
      let isFirst = noted.withLock { noted in
        defer { noted = true }
        return !noted
      }
      guard isFirst else { return }
      note("the journal cannot be written (\(error.reason)): a run that is killed will lose more")
    }
  }
}
