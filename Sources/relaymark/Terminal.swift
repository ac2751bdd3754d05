import Foundation
import Glibc

/// The two output streams: results on stdout, progress and diagnostics on stderr.
enum Terminal {
  static func out(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }
  static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

  static var outIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  /// Whether a line on stderr can be rewritten.
  static var noteTakesLines: Bool { isatty(STDERR_FILENO) == 1 && !isDumb }
  private static var isDumb: Bool { ProcessInfo.processInfo.environment["TERM"] == "dumb" }
  /// https://no-color.org: colours only on a terminal and never against the user's wish.
  static var color: Bool {
    outIsTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
      && !isDumb
  }

  /// A closed pipe or a full disk behind stdout must not end the run: what matters is in files.
  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
