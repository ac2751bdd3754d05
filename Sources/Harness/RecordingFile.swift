package import Core
import Foundation
package import Platform
import Synchronization
import Wire

/// The file of a recording: takes lines from any loop without making it wait, and writes them on a
/// thread of its own.
///
/// What the disk is too slow or too full for is lost, and the recording says so: once to `note`,
/// and with a line of its own at the place as soon as one can be written again.
package final class RecordingFile: Sendable {
  /// When the recording began; what its lines count from.
  package let start: Instant
  /// Known secrets, masked wherever they stand.
  package let keys: [[UInt8]]

  private let file: AppendFile
  private let queue: Mutex<Queue>
  private let arrived = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  private let connections = Atomic<Int>(0)
  private let note: @Sendable (String) -> Void

  private struct Queue {
    var lines: [UInt8] = []
    /// Lines that had no place since the last that had.
    var lost = 0
    var lostInAll = 0
    var lastAt = Nanoseconds.zero
    var waits = false
    var isClosed = false
    var noted = false
  }

  /// - Parameters:
  ///   - tool: the version of relaymark.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    path: String, tool: String, keys: [String], note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    file = try AppendFile(path: path)
    self.keys = keys.map { Array($0.utf8) }
    self.note = note
    start = SystemClock().now()
    queue = Mutex(Queue())
    try file.append(
      RecordingWriter.header(tool: tool, startedAt: Date().formatted(.iso8601)))
    let thread = Thread { [self] in
      while let batch = next() {
        write(batch)
        // So that many small lines are one call, and the loop seldom has to wake this thread.
        Thread.sleep(forTimeInterval: 0.001)
      }
      finished.signal()
    }
    thread.name = "recording"
    thread.start()
  }

  /// A number for a connection that no other of this file has; the first is 1.
  package func nextConnection() -> Int {
    connections.add(1, ordering: .relaxed).newValue
  }

  /// Takes whole lines, `count` of them, the last of which is of this instant.
  package func append(_ lines: [UInt8], count: Int, at now: Instant) {
    let (wakes, isFirstLoss) = queue.withLock { queue in
      queue.lastAt = now - start
      guard !queue.isClosed, queue.lines.count + lines.count <= Limits.recordingBacklogBytes else {
        queue.lost += count
        queue.lostInAll += count
        defer { queue.noted = true }
        return (false, !queue.noted)
      }
      if queue.lost > 0 {
        queue.lines += RecordingWriter.lost(queue.lost, at: queue.lastAt)
        queue.lost = 0
      }
      queue.lines += lines
      defer { queue.waits = false }
      return (queue.waits, false)
    }
    if wakes { arrived.signal() }
    if isFirstLoss { note("the disk is too slow for the recording: lines are being left out") }
  }

  /// Writes what is left and ends; nothing is taken any more.
  ///
  /// - Returns: how many lines are missing.
  package func close() -> Int {
    let isFirst = queue.withLock { queue in
      defer { queue.isClosed = true }
      return !queue.isClosed
    }
    if isFirst {
      arrived.signal()
      finished.wait()
    }
    return queue.withLock(\.lostInAll)
  }

  // MARK: The thread that writes

  private func next() -> [UInt8]? {
    while true {
      let (batch, isClosed) = queue.withLock { queue in
        if queue.isClosed, queue.lost > 0 {
          queue.lines += RecordingWriter.lost(queue.lost, at: queue.lastAt)
          queue.lost = 0
        }
        let taken = queue.lines
        queue.lines = []
        queue.waits = taken.isEmpty
        return (taken, queue.isClosed)
      }
      if !batch.isEmpty { return batch }
      if isClosed { return nil }
      arrived.wait()
    }
  }

  private func write(_ batch: [UInt8]) {
    do throws(SystemError) {
      try file.append(batch)
    } catch {
      let missing = batch.count { $0 == UInt8(ascii: "\n") }
      let isFirst = queue.withLock { queue in
        // At the end there is no later line to stand before.
        if !queue.isClosed { queue.lost += missing }
        queue.lostInAll += missing
        defer { queue.noted = true }
        return !queue.noted
      }
      if isFirst { note("the recording cannot be written (\(error.reason)): lines are missing") }
    }
  }
}
