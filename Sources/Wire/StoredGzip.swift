/// Writes the gzip format (RFC 1952) without compressing: stored blocks of deflate (RFC 1951
/// section 3.2.4) begin and end at whole bytes, so that a reader has each of them as soon as it has
/// its bytes.
package struct StoredGzip: Sendable {
  /// A block says its length in 16 bits.
  private static let blockBytes = 0xFFFF
  /// Magic number, deflate, no flags, no time, no extra flags, unknown system (section 2.3).
  private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

  private var crc = CRC32()
  private var size: UInt32 = 0
  private var isStarted = false

  package init() {}

  /// The bytes as whole blocks, behind the header if they are the first.
  package mutating func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out = begin()
    out.reserveCapacity(bytes.count + 16)
    crc.add(bytes)
    size &+= UInt32(truncatingIfNeeded: bytes.count)
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = rest.prefix(Self.blockBytes)
      Self.put(block, isLast: false, &out)
      rest = rest.dropFirst(block.count)
    }
    return out
  }

  /// The empty last block, the checksum and the length of the whole.
  package mutating func finish() -> [UInt8] {
    var out = begin()
    Self.put([], isLast: true, &out)
    Self.put(crc.value, &out)
    Self.put(size, &out)
    return out
  }

  private mutating func begin() -> [UInt8] {
    defer { isStarted = true }
    return isStarted ? [] : Self.header
  }

  private static func put(
    _ block: some Collection<UInt8>, isLast: Bool, _ out: inout [UInt8]
  ) {
    let length = UInt16(block.count)
    out.append(isLast ? 1 : 0)
    for value in [length, ~length] {
      out += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
    }
    out += block
  }

  private static func put(_ value: UInt32, _ out: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      out.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
