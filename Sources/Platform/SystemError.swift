import Glibc

/// A system call that failed: which, on what, and why, in words for a person.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  package var operation: String
  package var code: Int32

  package init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  package var reason: String { String(cString: strerror(code)) }
  package var description: String { "\(operation): \(reason)" }
  package var isAddressInUse: Bool { code == EADDRINUSE }
}
