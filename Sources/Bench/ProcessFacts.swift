import Foundation
import Glibc

/// What the kernel knows of the processes of a session: a proxy and its workers.
struct ProcessFacts {
  private let processes: [Int32]

  /// - Parameter session: the leader's process id; nil for none (the direct path).
  init(session: Int32?) {
    guard let session else {
      processes = []
      return
    }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    processes = all.compactMap { Int32($0) }.filter { process in
      guard let stat = Self.read("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")")
      else { return false }
      // After the command: state, parent, group, session (proc(5)).
      let fields = stat[end...].split(separator: " ")
      return fields.count > 4 && Int32(fields[4]) == session
    }
    if processes.isEmpty { Failure.die("no process in session \(session): has the proxy ended?") }
  }

  /// Processor time of all threads so far, in nanoseconds.
  func processorTime() -> Double {
    processes.reduce(0) { sum, process in
      let tasks = "/proc/\(process)/task"
      let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
      return threads.reduce(sum) { sum, thread in
        let fields = Self.read("\(tasks)/\(thread)/schedstat")?.split(separator: " ")
        return sum + (fields?.first.flatMap { Double($0) } ?? 0)
      }
    }
  }

  /// Resident memory now, in bytes.
  func residentBytes() -> Double {
    processes.reduce(0) { sum, process in
      let fields = Self.read("/proc/\(process)/statm")?.split(separator: " ") ?? []
      return sum + (fields.count > 1 ? (Double(fields[1]) ?? 0) * Double(getpagesize()) : 0)
    }
  }

  private static func read(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
