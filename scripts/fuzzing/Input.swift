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

  /// The bytes in pieces. A window, which the choice places, is cut into pieces of 1 to 3 bytes, or of
  /// lengths that are drawn, and all else into large ones: every cut comes in some input, and none
  /// costs a call for each of its bytes.
  var pieces: [ArraySlice<UInt8>] { Self.pieces(bytes, choice) }

  private static let window = 384

  static func pieces(_ bytes: [UInt8], _ choice: UInt16) -> [ArraySlice<UInt8>] {
    let room = max(1, bytes.count - window + 1)
    let first = bytes.count <= window ? 0 : Int(UInt32(choice) &* 40_503 >> 3) % room
    var random = Random(choice)
    return cut(bytes) { start in
      guard start >= first else { return first - start }
      guard start < first + window else { return bytes.count - start }
      let length = Int(choice % 4)
      return length == 0 ? random.next(below: choice & 0x80 == 0 ? 7 : 250) : length
    }
  }

  /// The long input in pieces of up to 250 bytes.
  var longPieces: [ArraySlice<UInt8>] {
    var random = Random(choice)
    return Self.cut(long) { _ in random.next(below: 250) }
  }

  private static func cut(
    _ bytes: [UInt8], _ length: (Int) -> Int
  ) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + length(start))
      pieces.append(bytes[start..<end])
      start = end
    }
    return pieces
  }

  private struct Random {
    private var state: UInt32

    init(_ choice: UInt16) { state = UInt32(choice) &* 2_654_435_761 }

    /// From 1.
    mutating func next(below bound: Int) -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return 1 + Int(state >> 24) % bound
    }
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
