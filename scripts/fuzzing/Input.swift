import Glibc

/// What the fuzzer gives: two bytes that say how the rest is cut, and the rest.
struct Input {
  let bytes: [UInt8]
  /// From the first two bytes: anything that a target lets the input decide.
  let choice: UInt16

  init?(_ data: UnsafePointer<UInt8>, _ count: Int) {
    guard count >= 2 else { return nil }
    choice = UInt16(data[0]) << 8 | UInt16(data[1])
    bytes = Array(UnsafeBufferPointer(start: data + 2, count: count - 2))
  }

  /// The bytes in pieces: of 1 to 3 bytes, or of lengths that the choice draws.
  var pieces: [ArraySlice<UInt8>] { Self.pieces(bytes, choice) }

  static func pieces(_ bytes: [UInt8], _ choice: UInt16) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var state = UInt32(choice) &* 2_654_435_761
    var start = 0
    while start < bytes.count {
      var length = Int(choice % 4)
      if length == 0 {
        state = state &* 1_664_525 &+ 1_013_904_223
        length = 1 + Int(state >> 24) % (choice & 0x80 == 0 ? 7 : 250)
      }
      let end = min(bytes.count, start + length)
      pieces.append(bytes[start..<end])
      start = end
    }
    return pieces
  }

  /// The input again and again: what takes time in the square of its length shows within the
  /// fuzzer's time limit.
  var long: [UInt8] {
    guard !bytes.isEmpty else { return [] }
    var long: [UInt8] = []
    long.reserveCapacity(Self.longBytes + bytes.count)
    while long.count < Self.longBytes { long += bytes }
    return long
  }

  private static let longBytes = 256 << 10

  /// One input in 256 is also played long.
  var isPlayedLong: Bool { choice & 0x3FC0 == 0x3FC0 }
}

/// Ends the process, so that the fuzzer keeps the input.
func require(_ holds: Bool, _ what: @autoclosure () -> String, line: Int = #line) {
  guard !holds else { return }
  let words = Array("property broken, line \(line): \(what())\n".utf8)
  _ = words.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  abort()
}
