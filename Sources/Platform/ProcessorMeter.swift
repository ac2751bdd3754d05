import CLinux
package import Core
import Foundation
import Glibc

/// Reads what processor time this process and the whole machine used since the meter was made.
///
/// Threads that ended in between take what they waited with them, so it is read before they do.
package struct ProcessorMeter: Sendable {
  private let begun = Reading()

  package init() {}

  package func read() -> ProcessorUse {
    let now = Reading()
    var waited: Nanoseconds?
    if let before = begun.waits, let after = now.waits {
      // Of a thread that was not there before, all counts.
      waited = Nanoseconds(after.reduce(0) { $0 + $1.value - (before[$1.key] ?? 0) })
    }
    var busy: Nanoseconds?
    var stolen = Nanoseconds.zero
    if let before = begun.machine, let after = now.machine {
      busy = after.busy - before.busy
      stolen = after.stolen - before.stolen
    }
    return ProcessorUse(
      elapsed: now.at - begun.at, cores: ProcessInfo.processInfo.activeProcessorCount,
      own: now.own - begun.own, waited: waited, busy: busy, stolen: stolen)
  }

  /// Of the thread that asks.
  package static func threadTime() -> Nanoseconds { Nanoseconds(clinux_thread_time()) }

  private struct Reading: Sendable {
    let at = SystemClock().now()
    let own = Nanoseconds(clinux_process_time())
    let waits = Self.readWaits()
    let machine = Self.readMachine()

    /// What each thread has waited on a run queue (Documentation/scheduler/sched-stats.rst: the
    /// second number of `schedstat`); threads that only take what others leave are meant to wait.
    private static func readWaits() -> [String: Int64]? {
      let folder = "/proc/self/task"
      guard let threads = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        return nil
      }
      var waits: [String: Int64] = [:]
      for thread in threads {
        guard
          let text = try? String(contentsOfFile: "\(folder)/\(thread)/schedstat", encoding: .utf8),
          !isBackground("\(folder)/\(thread)/stat")
        else { continue }
        let fields = text.split(separator: " ")
        if fields.count > 1, let wait = Int64(fields[1]) { waits[thread] = wait }
      }
      return waits.isEmpty ? nil : waits
    }

    /// Whether the policy in the 41st field of `stat` (proc_pid_stat(5)) is SCHED_IDLE. The name of
    /// the thread, in parentheses, may hold anything.
    private static func isBackground(_ path: String) -> Bool {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8),
        let name = text.lastIndex(of: ")")
      else { return false }
      let fields = text[text.index(after: name)...].split(separator: " ")
      return fields.count > 38 && fields[38] == "5"
    }

    /// The first line of `/proc/stat` in ticks (proc_stat(5)): user, nice, system, idle, iowait,
    /// irq, softirq, steal.
    private static func readMachine() -> (busy: Nanoseconds, stolen: Nanoseconds)? {
      guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
        let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
      else { return nil }
      let ticks = line.split(separator: " ").dropFirst().compactMap { Int64($0) }
      let perSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
      guard ticks.count >= 8, perSecond > 0 else { return nil }
      let tick = 1_000_000_000 / perSecond
      let busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
      return (Nanoseconds(busy * tick), Nanoseconds(ticks[7] * tick))
    }
  }
}
