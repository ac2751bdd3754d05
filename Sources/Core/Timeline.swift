/// One arrival of body bytes at the client: what one write callback brought, and when.
package struct ReadMark: Hashable, Sendable {
  /// Taken first thing in the callback.
  package var instant: Instant
  /// Offset of the first byte in the decoded body, and how many came.
  package var offset: Int
  package var length: Int
  /// The wake-up of the event loop that brought it: marks with the same number came out of the
  /// kernel in one read, whatever the framing made of them.
  package var wake: UInt32

  package init(instant: Instant, offset: Int, length: Int, wake: UInt32) {
    self.instant = instant
    self.offset = offset
    self.length = length
    self.wake = wake
  }
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
