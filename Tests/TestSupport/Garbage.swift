package import Core

/// Seeded random input made of pieces that a parser knows, so that it gets past the first byte.
package enum Garbage {
  /// Up to `count` pieces of the alphabet, with a random byte in every tenth place.
  package static func make(
    from alphabet: [String], count: Int, using random: inout SplitMix64
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...count, using: &random) {
      if Int.random(in: 0..<10, using: &random) == 0 {
        bytes.append(UInt8.random(in: 0...255, using: &random))
      } else {
        bytes += (alphabet.randomElement(using: &random) ?? "").utf8
      }
    }
    return bytes
  }
}
