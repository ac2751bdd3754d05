import CLinux

/// The memory that answers are kept in.
///
/// A page of 4 KiB that is touched for the first time costs the kernel some microseconds; where
/// answers pour in, three quarters of the time went there.
package enum Heap {
  /// Memory that was given back is used again before the kernel is asked for more; for the whole
  /// process, and for good.
  package static func keepsFreed() { clinux_keep_heap() }

  /// New memory comes in huge pages where the kernel has them; to be called before it is used.
  package static func growsInHugePages() { clinux_grow_heap_in_huge_pages() }
}
