import CLinux

/// Which share of the processor a thread has beside others.
package enum ThreadRank {
  /// The kernel's number of this thread.
  package static var current: Int32 { clinux_thread() }

  /// In the background it runs only when nobody else wants to (sched(7), SCHED_IDLE). Where the
  /// system does not let it, it stays as it is.
  package static func setBackground(_ isBackground: Bool, thread: Int32) {
    _ = clinux_set_background(thread, isBackground ? 1 : 0)
  }
}
