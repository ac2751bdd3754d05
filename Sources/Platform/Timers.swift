package import Core

/// Whoever wants to be called at an instant.
package protocol TimerTarget: AnyObject {
  /// `id` is what `schedule` returned: a target that has changed its mind compares and ignores.
  func timerFired(_ id: UInt64, now: Instant)
}

/// Deadlines in a binary heap. Nothing is cancelled: a stale deadline fires and is ignored, which
/// costs less than finding it.
package struct Timers {
  private struct Entry {
    var due: Instant
    var id: UInt64
    var target: any TimerTarget
  }

  private var heap: [Entry] = []
  private var last: UInt64 = 0

  package init() {}

  package var nextDue: Instant? { heap.isEmpty ? nil : heap[0].due }
  package var isEmpty: Bool { heap.isEmpty }

  /// Returns the id that the call will carry.
  package mutating func schedule(_ target: any TimerTarget, at due: Instant) -> UInt64 {
    last += 1
    heap.append(Entry(due: due, id: last, target: target))
    siftUp(heap.count - 1)
    return last
  }

  /// Takes out every deadline that has come by `now`, in order, into `due`.
  package mutating func takeDue(
    by now: Instant, into due: inout [(target: any TimerTarget, id: UInt64)]
  ) {
    while let next = popDue(by: now) { due.append(next) }
  }

  /// Takes out the earliest deadline that has come by `now`.
  package mutating func popDue(by now: Instant) -> (target: any TimerTarget, id: UInt64)? {
    guard let due = nextDue, due <= now else { return nil }
    let first = heap[0]
    let tail = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = tail
      siftDown()
    }
    return (first.target, first.id)
  }

  // By way of the buffer, which moves entries where an array counts their references.

  private mutating func siftUp(_ start: Int) {
    heap.withUnsafeMutableBufferPointer { heap in
      var index = start
      while index > 0 {
        let parent = (index - 1) / 2
        guard Self.isBefore(index, parent, in: heap) else { return }
        heap.swapAt(index, parent)
        index = parent
      }
    }
  }

  private mutating func siftDown() {
    heap.withUnsafeMutableBufferPointer { heap in
      var index = 0
      while true {
        var least = index
        for child in [2 * index + 1, 2 * index + 2]
        where child < heap.count && Self.isBefore(child, least, in: heap) {
          least = child
        }
        guard least != index else { return }
        heap.swapAt(index, least)
        index = least
      }
    }
  }

  private static func isBefore(
    _ left: Int, _ right: Int, in heap: UnsafeMutableBufferPointer<Entry>
  ) -> Bool {
    heap[left].due == heap[right].due
      ? heap[left].id < heap[right].id : heap[left].due < heap[right].due
  }
}
