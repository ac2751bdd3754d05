package import Core
import Foundation
package import Platform
import Synchronization

/// A file of lines that any loop can write to without waiting: a thread of its own does the writing.
///
/// What the disk is too slow or too full for is lost, and the file says so: once to `note`, and with
/// a line of its own at the place as soon as one can be written again.
package final class LineFile: Sendable {
  /// What its lines count from.
  package let start: Instant

  private let file: AppendFile
  private let queue: Mutex<Queue>
  private let arrived = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  private let what: String
  private let missing: @Sendable (Int, Nanoseconds) -> [UInt8]
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
  ///   - what: what it is, for notes: "the recording".
  ///   - header: the first line, which names the wall-clock time of `start` (RFC 3339).
  ///   - missing: a line that says that so many before it are missing.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    path: String, what: String, header: (_ startedAt: String) -> [UInt8],
    missing: @escaping @Sendable (Int, Nanoseconds) -> [UInt8],
    note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    file = try AppendFile(path: path)
    self.what = what
    self.missing = missing
    self.note = note
    start = SystemClock().now()
    queue = Mutex(Queue())
    try file.append(header(Date().formatted(.iso8601)))
    let thread = Thread { [self] in
      while let batch = next() {
        write(batch)
        // So that many small lines are one call, and the loop seldom has to wake this thread.
        Thread.sleep(forTimeInterval: 0.001)
      }
      finished.signal()
    }
    thread.name = "lines"
    thread.start()
  }

  /// Takes whole lines, `count` of them, the last of which is of this instant.
  package func append(_ lines: [UInt8], count: Int, at now: Instant) {
    let (wakes, isFirstLoss) = queue.withLock { queue in
      queue.lastAt = now - start
      guard !queue.isClosed, queue.lines.count + lines.count <= Limits.lineBacklogBytes else {
        queue.lost += count
        queue.lostInAll += count
        defer { queue.noted = true }
        return (false, !queue.noted)
      }
      if queue.lost > 0 {
        queue.lines += missing(queue.lost, queue.lastAt)
        queue.lost = 0
      }
      queue.lines += lines
      defer { queue.waits = false }
      return (queue.waits, false)
    }
    if wakes { arrived.signal() }
    if isFirstLoss { note("the disk is too slow for \(what): lines are being left out") }
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
          queue.lines += missing(queue.lost, queue.lastAt)
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
      let lines = batch.count { $0 == UInt8(ascii: "\n") }
      let isFirst = queue.withLock { queue in
        // At the end there is no later line to stand before.
        if !queue.isClosed { queue.lost += lines }
        queue.lostInAll += lines
        defer { queue.noted = true }
        return !queue.noted
      }
      if isFirst { note("\(what) cannot be written (\(error.reason)): lines are missing") }
    }
  }
}
