import Core
import Foundation
import Harness
import Platform
import Synchronization
import Testing

/// The writer behind recordings and logs: what it says is missing is what is missing.
@Suite(.waits) struct LineFileTests {
  /// A disk that can be full, and tells of every write that it was asked for.
  private final class Disk: Sendable {
    private struct State {
      var lines: [String] = []
      var isFull = false
    }
    private let state = Mutex(State())
    let asked = DispatchSemaphore(value: 0)

    var lines: [String] { state.withLock(\.lines) }

    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    func write(_ bytes: [UInt8]) throws(SystemError) {
      let isFull = state.withLock { state in
        if !state.isFull {
          state.lines += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(
            String.init)
        }
        return state.isFull
      }
      asked.signal()
      if isFull { throw SystemError("write", code: ENOSPC) }
    }

    func file(_ notes: RecordingFiles.Notes) throws(SystemError) -> LineFile {
      try LineFile(
        write: write, what: "the log", header: { _ in Array("header\n".utf8) },
        missing: { count, _ in Array("\(count) lost\n".utf8) }, note: notes.add)
    }
  }

  private func append(_ line: String, to file: LineFile) {
    file.append(Array("\(line)\n".utf8), count: 1, at: file.start)
  }

  @Test func aFullDiskIsSaidOnceAndCountedRight() throws {
    let disk = Disk()
    let notes = RecordingFiles.Notes()
    let file = try disk.file(notes)
    disk.asked.wait()
    disk.fill(true)
    for line in ["a", "b", "c"] {
      append(line, to: file)
      disk.asked.wait()
    }
    disk.fill(false)
    append("d", to: file)
    #expect(file.close() == 3)
    // What was lost is told before or behind what came when it was noticed.
    let told = disk.lines.compactMap { $0.hasSuffix(" lost") ? Int($0.dropLast(5)) : nil }
    #expect(told.reduce(0, +) == 3)
    #expect(disk.lines.count == 2 + told.count && disk.lines.contains("d"))
    #expect(
      notes.all == ["the log cannot be written (No space left on device): lines are missing"])
  }

  @Test func whatIsFullToTheEndIsCounted() throws {
    let disk = Disk()
    let file = try disk.file(RecordingFiles.Notes())
    disk.asked.wait()
    disk.fill(true)
    append("a", to: file)
    disk.asked.wait()
    append("b", to: file)
    #expect(file.close() == 2)
    #expect(disk.lines == ["header"])
  }

  /// A pipe that nobody reads must not keep the program from ending.
  @Test func whatTakesNothingAnyMoreIsGivenUp() throws {
    let notes = RecordingFiles.Notes()
    let entered = DispatchSemaphore(value: 0)
    let stuck = DispatchSemaphore(value: 0)
    let isHeader = Atomic<Bool>(true)
    let file = try LineFile(
      write: { _ throws(SystemError) in
        if isHeader.exchange(false, ordering: .relaxed) { return }
        entered.signal()
        stuck.wait()
      }, what: "the log", header: { _ in [] }, missing: { _, _ in [] }, note: notes.add)
    append("a", to: file)
    entered.wait()
    append("b", to: file)
    #expect(file.close(within: .milliseconds(20)) == 2)
    #expect(notes.all == ["the log takes nothing any more: what waits is given up"])
    stuck.signal()
    stuck.signal()
  }
}
