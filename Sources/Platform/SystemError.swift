import Glibc

/// A system call that failed: which, on what, and why, in words for a person.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package var operation: String
  package var code: Int32
  package var reason: String

  /// The resolver has reasons of its own, which no error number stands for.
  package init(_ operation: String, code: Int32, reason: String? = nil) {
    self.operation = operation
    self.code = code
    self.reason = reason ?? String(cString: strerror(code))
  }

  package var description: String { "\(operation): \(reason)" }
  package var isFileExists: Bool { code == EEXIST }
  package var isAddressInUse: Bool { code == EADDRINUSE }
}
