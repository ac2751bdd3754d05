import CLinux
import Glibc

/// SIGINT and SIGTERM as something a loop can read, so that a run ends in order.
package final class Interrupts {
  package let descriptor: Int32

  /// Must be made on the first thread before any other starts: threads inherit the mask.
  package init() throws(SystemError) {
    descriptor = clinux_interrupts()
    guard descriptor >= 0 else { throw SystemError("signalfd", code: -descriptor) }
  }

  deinit { close(descriptor) }

  /// Takes the signals that have come; true if there was one.
  package func take() -> Bool {
    // signalfd(2) gives 128 bytes a signal.
    var information = InlineArray<16, UInt64>(repeating: 0)
    return read(descriptor, &information, MemoryLayout.size(ofValue: information)) > 0
  }
}
