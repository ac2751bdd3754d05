import Core
import TestSupport
import Testing
import Wire

/// The gzip writer, against bytes that are known and against a reader of its own.
struct StoredGzipTests {
  private let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

  /// The CRC-32 of the digits 1 to 9 is the standard check value CBF43926.
  @Test func aKnownFile() {
    var gzip = StoredGzip()
    let digits = Array("123456789".utf8)
    #expect(gzip.encode(digits) == header + [0, 9, 0, 0xF6, 0xFF] + digits)
    #expect(
      gzip.finish() == [1, 0, 0, 0xFF, 0xFF, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0])
  }

  @Test func anEmptyFile() {
    var gzip = StoredGzip()
    #expect(gzip.finish() == header + [1, 0, 0, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 8))
  }

  @Test(arguments: [1, 65_534, 65_535, 65_536, 200_000])
  func anyLengthComesOutAgain(_ count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    for size in [count, 1_000, 70_000] {
      var gzip = StoredGzip()
      var out: [UInt8] = []
      for piece in ChunkVerifier.pieces(of: bytes, size: size) { out += gzip.encode(piece) }
      let file = try #require(StoredFile(out + gzip.finish()))
      #expect(file.payload == bytes)
      #expect(file.isComplete)
    }
  }

  @Test func aDamagedFileIsSeen() {
    var gzip = StoredGzip()
    let good = gzip.encode(Array("hello".utf8)) + gzip.finish()
    #expect(StoredFile(good)?.isComplete == true)
    for index in good.indices where index < 4 || index >= 10 {
      var bad = good
      bad[index] ^= 0x40
      #expect(StoredFile(bad)?.isComplete != true, "byte \(index)")
    }
  }
}

/// Reads a gzip file of stored blocks, whole or as far as it has come; nil where it is none.
struct StoredFile {
  private(set) var payload: [UInt8] = []
  /// How many blocks with something in them are whole.
  private(set) var blocks = 0
  private(set) var isComplete = false

  init?(_ file: [UInt8]) {
    guard file.count >= 10, file[0] == 0x1F, file[1] == 0x8B, file[2] == 8, file[3] == 0 else {
      return nil
    }
    var rest = file[10...]
    while let kind = rest.first {
      guard kind <= 1, rest.count >= 5 else { return nil }
      let start = rest.startIndex
      let length = Self.number(rest[(start + 1)...].prefix(2))
      guard Self.number(rest[(start + 3)...].prefix(2)) == ~length & 0xFFFF else { return nil }
      let data = rest.dropFirst(5).prefix(Int(length))
      guard data.count == Int(length) else { return nil }
      payload += data
      if length > 0 { blocks += 1 }
      rest = rest.dropFirst(5 + data.count)
      if kind == 1 { break }
    }
    guard !rest.isEmpty else { return }
    guard rest.count == 8, Self.number(rest.prefix(4)) == Self.crc(payload),
      Self.number(rest.suffix(4)) == UInt32(truncatingIfNeeded: payload.count)
    else { return nil }
    isComplete = true
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Bit by bit as RFC 1952 section 8 defines it, without a table.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
