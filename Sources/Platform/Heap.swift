import CLinux

/// The memory that answers are kept in.
package enum Heap {
  /// What counts as large: some pages of 2 MiB hold a few of them.
  package static let largeBlock = 256 << 10

  /// Memory that was given back is used again from then on, and not returned to the kernel: a page of
  /// 4 KiB that is touched for the first time costs it some microseconds.
  package static func keepsMemory() { clinux_keep_memory() }

  /// To be called before each block that may be large is asked for: new memory comes in huge pages
  /// where the kernel has them. Where answers pour in, three quarters of the time went into touching
  /// small ones. Small blocks want none of that: all of a huge page is resident, and clearing it
  /// holds up whoever touches it first.
  package static func expectsLargeBlocks() { clinux_expect_large_blocks() }
}
