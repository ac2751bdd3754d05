/// One arrival of body bytes at the client: what one read brought, and when.
///
/// There is one for each chunk of each stream, so it is small: bodies are bounded (`Limits.bodyBytes`).
package struct ReadMark: Hashable, Sendable {
  /// Taken first thing in the first callback with bytes of this read.
  package var instant: Instant
  private var start: UInt32
  private var bytes: UInt32
  /// The wake-up of the event loop that brought it: marks with the same number came out of the
  /// kernel in one read, whatever the framing made of them.
  package var wake: UInt32

  package init(instant: Instant, offset: Int, length: Int, wake: UInt32) {
    self.instant = instant
    start = UInt32(offset)
    bytes = UInt32(length)
    self.wake = wake
  }

  /// Offset of the first byte in the decoded body, and how many came.
  package var offset: Int { Int(start) }
  package var length: Int { Int(bytes) }

  fileprivate mutating func grow(by count: Int) { bytes += UInt32(count) }
}

/// One write of the scripted provider: which event, when it was due and when the kernel got it.
package struct WriteMark: Hashable, Sendable {
  package var kind: Kind
  /// Taken right before the system call that took the event's last byte.
  package var instant: Instant
  /// The absolute deadline it was scheduled for.
  package var due: Instant
  /// Bytes of the event in the body, framing excluded.
  package var length: Int
  /// How many events with data it is on the wire: none, where a dialect says it with the next one.
  package var events: Int

  package init(
    kind: Kind, instant: Instant, due: Instant, length: Int, events: Int? = nil
  ) {
    self.events = events ?? (kind == .comment ? 0 : 1)
    self.kind = kind
    self.instant = instant
    self.due = due
    self.length = length
  }

  package enum Kind: Hashable, Sendable {
    /// Token number n, counted from 0 within its exchange.
    case token(Int)
    case role, comment, finish, usage, done, raw, errorEvent
    /// Text that is no token: reasoning, refusal, and what a call of a tool consists of.
    case reasoning, refusal, toolCall
    /// Text that the script gives word by word.
    case words
    /// A whole answer that is not a stream (an error, a non-streaming completion).
    case whole
  }
}

/// The append-only arrivals of one body; order is asserted.
package struct Timeline: Hashable, Sendable {
  package private(set) var reads: [ReadMark] = []

  package init() {}

  package mutating func append(_ mark: ReadMark) {
    if let last = reads.last {
      precondition(mark.instant >= last.instant, "arrivals never go back in time")
      precondition(mark.offset == last.offset + last.length, "arrivals leave no hole")
    }
    reads.append(mark)
  }

  /// Adds bytes that came out of the kernel with those of the last mark, which the framing has cut in
  /// pieces; false if there is none of this wake-up, which then needs a mark of its own.
  package mutating func extendLast(by length: Int, wake: UInt32) -> Bool {
    guard let last = reads.indices.last, reads[last].wake == wake else { return false }
    reads[last].grow(by: length)
    return true
  }

  package mutating func reserve(_ count: Int) { reads.reserveCapacity(count) }

  /// The read that brought the byte at `offset`, by binary search; nil past the end.
  package func read(at offset: Int) -> ReadMark? {
    var low = 0
    var high = reads.count
    while low < high {
      let middle = (low + high) / 2
      if reads[middle].offset + reads[middle].length <= offset {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < reads.count ? reads[low] : nil
  }
}
