import Core

/// What flows through the faults of one direction, in order.
enum FaultElement: Hashable, Sendable {
  /// An answer begins; the instant is that of its first byte.
  case start(Nonce?, at: Instant)
  case bytes(FaultChunk)
  case end
  /// The same where the bytes mean nothing and the client tells how far it has come; the instant
  /// is nil if it will also tell when its answer began.
  case toldStart(at: Instant?)
  case toldBytes(FaultChunk)
  /// The server ended its direction: with FIN, or by a reset.
  case finish
  case abort

  var count: Int {
    switch self {
    case .bytes(let chunk), .toldBytes(let chunk): chunk.bytes.count
    default: 0
    }
  }
}

/// What came and has not passed, first in first out.
struct FaultQueue: Sendable {
  private var elements: [FaultElement] = []
  private var head = 0
  private(set) var bytes = 0

  mutating func put(_ element: FaultElement) {
    bytes += element.count
    elements.append(element)
  }

  mutating func take() -> FaultElement? {
    guard head < elements.count else { return nil }
    let element = elements[head]
    bytes -= element.count
    head += 1
    // Drop what was taken now and then, so that the cost per element stays the same.
    if head == elements.count || head >= 1_024 && head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }
}
