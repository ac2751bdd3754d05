/// Messages of Amazon's event stream that nobody may take for one.
package enum BrokenFrame: String, Sendable, CaseIterable {
  case lengthChecksum = "a wrong checksum of its lengths"
  case checksum = "a wrong checksum"
  case noLength = "a length of 0"
  case hugeLength = "a length of 2 GiB"

  /// A text delta with this wrong in it.
  package var bytes: [UInt8] {
    var frame: [UInt8] = []
    AmazonFrame.put(
      [
        ":event-type": "contentBlockDelta", ":content-type": "application/json",
        ":message-type": "event",
      ], payload: Array(#"{"contentBlockIndex":0,"delta":{"text":"broken "}}"#.utf8), &frame)
    switch self {
    case .lengthChecksum: frame[8] ^= 0x55
    case .checksum: frame[frame.count - 1] ^= 0x55
    case .noLength: Self.claim([0, 0, 0, 0], &frame)
    case .hugeLength: Self.claim([0x7F, 0xFF, 0xFF, 0xFF], &frame)
    }
    return frame
  }

  /// The beginning of a message, cut in its payload.
  package static var half: [UInt8] {
    Array(BrokenFrame.checksum.bytes.dropLast(20))
  }

  /// Another length, with a checksum of the lengths that is right.
  private static func claim(_ length: [UInt8], _ frame: inout [UInt8]) {
    frame.replaceSubrange(0..<4, with: length)
    let checksum = CRC32.of(frame[..<8])
    for (index, shift) in [UInt32(24), 16, 8, 0].enumerated() {
      frame[8 + index] = UInt8(truncatingIfNeeded: checksum >> shift)
    }
  }
}
