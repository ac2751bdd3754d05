import Foundation

/// A thread that never takes the processor from one that measures: it runs only when nobody else
/// wants to, and gives way the moment somebody does.
///
/// On a machine without a moment to spare it hardly runs at all, so whoever hands it work bounds what
/// may wait and does the rest itself.
package enum QuietThread {
  package static func start(name: String, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread {
      ThreadRank.setBackground(true, thread: ThreadRank.current)
      work()
    }
    thread.name = name
    thread.start()
  }
}
