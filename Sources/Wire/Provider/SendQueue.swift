import Core

/// Bytes that were given to the driver and that the kernel has not taken yet.
struct PendingSend: Hashable, Sendable {
  var id: Int
  /// The status, if the response head is in these bytes.
  var status: Int?
  /// The event in these bytes, if there is one.
  var kind: WriteMark.Kind?
  /// Those of a recorded read, of which there may be many.
  var recorded: [RecordedStep.Event] = []
  var due: Instant
  /// Bytes of the event in the body, framing excluded.
  var length: Int
}

/// Pending sends in the order of their ids; taking from the front costs the same however many wait.
struct SendQueue: Sendable {
  private var items: [PendingSend] = []
  private var first = 0

  var isEmpty: Bool { first == items.count }

  mutating func append(_ send: PendingSend) { items.append(send) }

  /// Takes the oldest one if its id is not beyond `id`.
  mutating func pop(upTo id: Int) -> PendingSend? {
    guard first < items.count, items[first].id <= id else { return nil }
    let send = items[first]
    first += 1
    if first == items.count {
      items.removeAll(keepingCapacity: true)
      first = 0
    } else if first >= 1_024, first * 2 >= items.count {
      items.removeFirst(first)
      first = 0
    }
    return send
  }
}
