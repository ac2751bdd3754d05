import Core
import Judging
import Platform
import Synchronization

/// What both sides saw of one trial, joined and judged on a thread of its own, so that raw bytes do
/// not pile up however long it lasts.
///
/// While traffic flows that thread has only what is left of the processor. It falls behind rather
/// than get in the way, and is put on a par with the others when too much has piled up.
final class Ledger {
  private let thread: LoopThread
  private let book: LoopBound<LedgerBook>
  private let backlog = Backlog()

  /// - Parameter book: the ledger's own from now on.
  init(_ book: LedgerBook) throws(SystemError) {
    self.book = LoopBound(book)
    thread = try LoopThread(name: "ledger")
  }

  /// Takes exchanges that have ended, and what the far side knows of them by now.
  func put(_ exchanges: [Exchange], _ seen: FarSeen, asOf now: Instant) {
    let book = self.book
    let backlog = self.backlog
    backlog.grows()
    thread.put { _ in
      backlog.begins()
      book.object.take(exchanges, seen, asOf: now)
      backlog.ends()
    }
  }

  /// Takes the last ones, ends the thread and returns what all of it comes to.
  func close(_ exchanges: [Exchange], _ seen: FarSeen) -> LedgerBook.Result {
    // Traffic is over: what its thread has left is done first, the rest here, at full speed.
    backlog.closes()
    thread.stop()
    book.object.take(exchanges, seen, asOf: nil)
    return book.object.result()
  }
}

/// How many heaps wait, and so how urgent they are.
private final class Backlog: Sendable {
  private struct State {
    var waiting = 0
    var isClosing = false
    var thread: Int32?
  }
  private let state = Mutex(State())

  func grows() {
    state.withLock { state in
      state.waiting += 1
      Self.rank(state)
    }
  }

  /// On the ledger's thread.
  func begins() {
    state.withLock { state in
      state.thread = ThreadRank.current
      Self.rank(state)
    }
  }

  func ends() { state.withLock { $0.waiting -= 1 } }

  func closes() {
    state.withLock { state in
      state.isClosing = true
      Self.rank(state)
    }
  }

  private static func rank(_ state: State) {
    guard let thread = state.thread else { return }
    ThreadRank.setBackground(
      !state.isClosing && state.waiting <= Limits.unjudgedHeaps, thread: thread)
  }
}
