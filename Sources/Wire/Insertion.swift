import Core

/// When bytes can be put into a message: not before its head, and whole events not inside another.
///
/// What a position asks for too early waits for the next place that can take it, so that the head
/// stays a head and the events around it stay whole.
struct Insertion: Sendable {
  private let isWholeEvent: Bool
  private var due = 0
  private var kind: FaultChunk.Kind?
  private var isInsideEvent = false

  /// - Parameter isWholeEvent: it must stand between two events.
  init(isWholeEvent: Bool) { self.isWholeEvent = isWholeEvent }

  /// Its position has come.
  mutating func ask() { due += 1 }

  /// A chunk has been sent.
  mutating func passed(_ chunk: FaultChunk) {
    kind = chunk.kind == .head ? .body : chunk.kind
    isInsideEvent = chunk.event != nil && !chunk.endsEvent
  }

  /// As what it goes in, once for each time that it was asked for and can be now. Where messages
  /// are not taken apart, nothing is known of heads, and it goes in ahead of the chunk that is next.
  mutating func take(before next: FaultChunk? = nil) -> [FaultChunk.Kind] {
    var place = kind
    if place == nil, next?.kind == .raw { place = .raw }
    guard let place, !(isWholeEvent && isInsideEvent), due > 0 else { return [] }
    defer { due = 0 }
    return Array(repeating: place, count: due)
  }
}
