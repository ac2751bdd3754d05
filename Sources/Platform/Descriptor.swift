import Glibc

/// One open file descriptor, closed when its owner goes.
package struct Descriptor: ~Copyable {
  package let number: Int32

  package init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}
