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
  ///   - ready: gets what stderr holds so far; when it returns true the program gets `signal`.
  ///   - output: told what stdout holds, as it comes.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], shell: String? = nil,
    signal: Int32 = SIGINT, output: GrowingText? = nil,
    interruptWhen ready: (@Sendable (String) -> Bool)? = nil
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
    let diagnostics = Collector(error.fileHandleForReading) { text in
      guard let ready, ready(text), process.isRunning else { return false }
      kill(process.processIdentifier, signal)
      return true
    }
    let results = Collector(out.fileHandleForReading) { text in
      output?.become(text)
      return output == nil
    }
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, out: results.wait(), error: diagnostics.wait())
  }

  /// Runs what serves until it is interrupted, and `body` as soon as its notes give an address in
  /// the form `… at ADDRESS …` or `… at http://ADDRESS; …`.
  static func serving<Value: Sendable>(
    _ arguments: [String], _ body: @escaping @Sendable (_ address: String) throws -> Value
  ) throws -> (value: Value, result: Result) {
    let outcome = Mutex<Swift.Result<Value, any Error>?>(nil)
    let result = try run(
      arguments,
      interruptWhen: { notes in
        guard notes.contains("Ctrl-C ends it"),
          let match = notes.firstMatch(of: /at (?:http:\/\/)?(127[0-9.]+:[0-9]+)/)
        else { return false }
        let found = Swift.Result { try body(String(match.1)) }
        outcome.withLock { $0 = found }
        return true
      })
    guard let found = outcome.withLock({ $0 }) else { throw ServingError(notes: result.error) }
    return (try found.get(), result)
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

/// A text that grows on another thread, and whoever waits for what will stand in it.
final class GrowingText: Sendable {
  private let condition = NSCondition()
  private let text = Mutex("")

  func become(_ new: String) {
    condition.withLock {
      text.withLock { $0 = new }
      condition.broadcast()
    }
  }

  /// The text once it has so many lines.
  ///
  /// - Throws: what there is of it after half a minute.
  func wait(forLines count: Int) throws -> String {
    let end = Date(timeIntervalSinceNow: 30)
    return try condition.withLock {
      while true {
        let now = text.withLock { $0 }
        if now.utf8.count(where: { $0 == UInt8(ascii: "\n") }) >= count { return now }
        guard condition.wait(until: end) else { throw TooShort(text: now) }
      }
    }
  }

  struct TooShort: Error { var text: String }
}

/// Reads a pipe on a thread of its own, so that neither side waits for the other.
private final class Collector: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var text = ""

  /// - Parameter isEnough: gets what has come so far, until it returns true.
  init(_ handle: FileHandle, isEnough: @escaping @Sendable (String) -> Bool) {
    let thread = Thread { [self] in
      var isSeen = false
      while true {
        let data = handle.availableData
        if data.isEmpty { break }
        text += String(decoding: data, as: UTF8.self)
        isSeen = isSeen || isEnough(text)
      }
      done.signal()
    }
    thread.start()
  }

  func wait() -> String {
    done.wait()
    return text
  }
}
