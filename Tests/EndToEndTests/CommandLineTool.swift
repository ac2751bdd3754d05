import Foundation
import Synchronization

/// The program as a user runs it: the executable that was built beside the tests.
struct CommandLineTool {
  struct Result {
    var status: Int32
    var out: String
    var error: String
  }

  static var executable: URL {
    // The test runner is …/debug/relaymarkPackageTests.xctest.
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("relaymark")
  }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - shell: commands before it, as in `sh -c`.
  ///   - output: where stdout goes, for whoever reads it as it comes.
  ///   - ready: gets what stderr holds so far; when it returns true or throws, the program gets
  ///     `signal`. It is called on the caller's thread, so that what it expects is the test's.
  /// - Throws: what `ready` throws, after the program has ended.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil,
    signal: Int32 = SIGINT, output: GrowingText = GrowingText(),
    interruptWhen ready: (String) throws -> Bool = { _ in false }
  ) throws -> Result {
    let process = Process()
    if let shell {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "\(shell); exec \"$0\" \"$@\"", executable.path] + arguments
    } else {
      process.executableURL = executable
      process.arguments = arguments
    }
    var variables = ProcessInfo.processInfo.environment
    variables["NO_COLOR"] = "1"
    process.environment = variables.merging(environment) { $1 }
    process.currentDirectoryURL = repository
    let out = Pipe()
    let error = Pipe()
    process.standardOutput = out
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let diagnostics = GrowingText()
    diagnostics.follow(error.fileHandleForReading)
    output.follow(out.fileHandleForReading)
    let interrupts = Swift.Result { try diagnostics.wait(until: ready) }
    if (try? interrupts.get()) != false, process.isRunning {
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    _ = try interrupts.get()
    return Result(
      status: process.terminationStatus, out: output.whole(), error: diagnostics.whole())
  }

  /// Runs what serves until it is interrupted, and `body` as soon as its notes give an address in
  /// the form `… at ADDRESS …` or `… at http://ADDRESS; …`.
  static func serving<Value>(
    _ arguments: [String], _ body: (_ address: String) throws -> Value
  ) throws -> (value: Value, result: Result) {
    var value: Value?
    let result = try run(
      arguments,
      interruptWhen: { notes in
        guard notes.contains("Ctrl-C ends it"),
          let match = notes.firstMatch(of: /at (?:http:\/\/)?(127[0-9.]+:[0-9]+)/)
        else { return false }
        value = try body(String(match.1))
        return true
      })
    guard let value else { throw ServingError(notes: result.error) }
    return (value, result)
  }

  /// It ended before it served.
  struct ServingError: Error { var notes: String }

  static var repository: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// A directory of its own for one test, removed by the system's own cleaning.
  static func scratch(_ name: String) throws -> String {
    let path =
      FileManager.default.temporaryDirectory.path
      + "/relaymark-tests-\(ProcessInfo.processInfo.processIdentifier)/\(name)-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}

/// What comes out of a pipe, read on a thread of its own so that neither side waits for the other.
final class GrowingText: Sendable {
  private struct State {
    var text = ""
    var isWhole = false
  }

  private let condition = NSCondition()
  private let state = Mutex(State())

  func follow(_ handle: FileHandle) {
    Thread { [self] in
      while true {
        let data = handle.availableData
        change { state in
          state.text += String(decoding: data, as: UTF8.self)
          state.isWhole = data.isEmpty
        }
        if data.isEmpty { return }
      }
    }.start()
  }

  private func change(_ body: (inout State) -> Void) {
    condition.withLock {
      state.withLock { body(&$0) }
      condition.broadcast()
    }
  }

  /// Shows `isEnough` what there is whenever there is more: whether it was enough before the end.
  func wait(until isEnough: (String) throws -> Bool) rethrows -> Bool {
    var seen = 0
    while true {
      let now = next { $0.isWhole || $0.text.utf8.count > seen }
      if now.text.utf8.count > seen, try isEnough(now.text) { return true }
      if now.isWhole { return false }
      seen = now.text.utf8.count
    }
  }

  /// The text once it has so many lines.
  ///
  /// - Throws: what there is of it after half a minute.
  func wait(forLines count: Int) throws -> String {
    let isEnough = { (text: String) in text.utf8.count { $0 == UInt8(ascii: "\n") } >= count }
    let now = next(before: Date(timeIntervalSinceNow: 30)) { isEnough($0.text) }
    guard isEnough(now.text) else { throw TooShort(text: now.text) }
    return now.text
  }

  struct TooShort: Error { var text: String }

  /// All of it, once there is no more to come.
  func whole() -> String { next { $0.isWhole }.text }

  private func next(before end: Date? = nil, _ isThere: (State) -> Bool) -> State {
    condition.withLock {
      while true {
        let now = state.withLock { $0 }
        if isThere(now) { return now }
        guard let end else {
          condition.wait()
          continue
        }
        guard condition.wait(until: end) else { return now }
      }
    }
  }
}
