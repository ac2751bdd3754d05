import CLinux
package import Core
import Foundation
import Glibc

/// What a reader of a record must know of the machine.
package enum MachineFacts {
  package static func read() -> RunRecord.Machine {
    var names = utsname()
    uname(&names)
    let system = "\(text(&names.sysname)) \(text(&names.release)) \(text(&names.machine))"
    return RunRecord.Machine(
      system: system, processor: field("model name", in: "/proc/cpuinfo") ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory))
  }

  /// Raises the limit of open descriptors to what this process may have, and returns it; a
  /// privileged one may have what `Limits.descriptors` wants.
  package static func raiseDescriptorLimit() -> Int {
    Int(max(0, clinux_raise_descriptors(Int64(Limits.descriptors))))
  }

  private static func text<T>(_ tuple: inout T) -> String {
    withUnsafeBytes(of: &tuple) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func field(_ name: String, in path: String) -> String? {
    guard let content = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in content.split(separator: "\n") where line.hasPrefix(name) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }
}
