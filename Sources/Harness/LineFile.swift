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

  private let put: Write
  private let queue: Mutex<Queue>
  private let arrived = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)
  private let what: String
  private let missing: @Sendable (Int, Nanoseconds) -> [UInt8]
  private let note: @Sendable (String) -> Void

  /// Writes whole lines or, if it fails, nothing.
  package typealias Write = @Sendable ([UInt8]) throws(SystemError) -> Void

  /// Lines that are to be written together.
  private struct Batch {
    var bytes: [UInt8] = []
    var count = 0
    /// How many lost lines a line of it tells of.
    var told = 0
  }

  private struct Queue {
    var batch = Batch()
    /// Lines that had no place and were not told of yet.
    var lost = 0
    var lostInAll = 0
    var lastAt = Nanoseconds.zero
    /// Lines that are on their way to the file.
    var writing = 0
    var waits = false
    var isClosed = false
    var noted = false

    mutating func tell(_ line: (Int, Nanoseconds) -> [UInt8]) {
      guard lost > 0 else { return }
      batch.bytes += line(lost, lastAt)
      batch.told += lost
      lost = 0
    }
  }

  /// - Parameters:
  ///   - write: called here for the header, and from then on by one thread.
  ///   - what: what it is, for notes: "the recording".
  ///   - header: the first line, which names the wall-clock time of `start` (RFC 3339).
  ///   - missing: a line that says that so many before it are missing.
  ///   - note: told once if lines are lost, on whichever thread it happens.
  package init(
    write: @escaping Write, what: String, header: (_ startedAt: String) -> [UInt8],
    missing: @escaping @Sendable (Int, Nanoseconds) -> [UInt8],
    note: @escaping @Sendable (String) -> Void
  ) throws(SystemError) {
    put = write
    self.what = what
    self.missing = missing
    self.note = note
    start = SystemClock().now()
    queue = Mutex(Queue())
    try put(header(Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))))
    let thread = Thread { [self] in
      while let batch = next() {
        self.write(batch)
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
      guard !queue.isClosed, queue.batch.bytes.count + lines.count <= Limits.lineBacklogBytes else {
        queue.lost += count
        queue.lostInAll += count
        defer { queue.noted = true }
        return (false, !queue.noted)
      }
      queue.tell(missing)
      queue.batch.bytes += lines
      queue.batch.count += count
      defer { queue.waits = false }
      return (queue.waits, false)
    }
    if wakes { arrived.signal() }
    if isFirstLoss { note("the disk is too slow for \(what): lines are being left out") }
  }

  /// Writes what is left and ends; nothing is taken any more. What the file does not take in time,
  /// such as a pipe that nobody reads, must not keep the program from ending.
  ///
  /// - Returns: how many lines are missing.
  package func close(within patience: Nanoseconds = Limits.lineClosing) -> Int {
    let isFirst = queue.withLock { queue in
      defer { queue.isClosed = true }
      return !queue.isClosed
    }
    if isFirst {
      arrived.signal()
      if finished.wait(timeout: .now() + patience.seconds) == .timedOut {
        note("\(what) takes nothing any more: what waits is given up")
      }
    }
    return queue.withLock { $0.lostInAll + $0.writing + $0.batch.count }
  }

  // MARK: The thread that writes

  private func next() -> Batch? {
    while true {
      let (batch, isClosed) = queue.withLock { queue in
        if queue.isClosed { queue.tell(missing) }
        let taken = queue.batch
        queue.batch = Batch()
        queue.writing = taken.count
        queue.waits = taken.bytes.isEmpty
        return (taken, queue.isClosed)
      }
      if !batch.bytes.isEmpty { return batch }
      if isClosed { return nil }
      arrived.wait()
    }
  }

  private func write(_ batch: Batch) {
    do throws(SystemError) {
      try put(batch.bytes)
    } catch {
      let isFirst = queue.withLock { queue in
        // At the end only one line more is tried, which tells of the others.
        if !queue.isClosed || batch.count > 0 { queue.lost += batch.count + batch.told }
        queue.lostInAll += batch.count
        defer { queue.noted = true }
        return !queue.noted
      }
      if isFirst { note("\(what) cannot be written (\(error.reason)): lines are missing") }
    }
  }
}
