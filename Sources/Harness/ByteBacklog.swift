/// Bytes that wait for a receiver, in order, in blocks: one array would have to be copied and
/// doubled as it grows, and moved as it drains.
struct ByteBacklog {
  private var blocks: [[UInt8]] = []
  /// How much of the first block has been taken.
  private var taken = 0
  private(set) var count = 0

  private static let blockBytes = 64 << 10

  var isEmpty: Bool { count == 0 }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    count += bytes.count
    if let last = blocks.indices.last, blocks[last].count + bytes.count <= Self.blockBytes {
      blocks[last].append(contentsOf: bytes)
    } else {
      blocks.append([UInt8](bytes))
    }
  }

  /// The next bytes, as many as lie together.
  func withFirst<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    guard let first = blocks.first else {
      return body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
    return first.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[taken...])) }
  }

  /// So many of the first bytes have been taken, at most those of one `withFirst`.
  mutating func drop(_ bytes: Int) {
    count -= bytes
    taken += bytes
    guard let first = blocks.first, taken == first.count else { return }
    blocks.removeFirst()
    taken = 0
    if blocks.isEmpty { blocks = [] }
  }
}
