/// Text of a given length out of short, common words, most of which tokenizers keep as one token.
enum Filler {
  /// So many words with a blank between them.
  static func words(_ count: Int, _ random: inout SplitMix64) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 5)
    for index in 0..<count {
      if index > 0 { bytes.append(blank) }
      bytes.append(contentsOf: word(&random))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Exactly so many bytes of such words, without a blank at the end.
  static func bytes(_ count: Int, _ random: inout SplitMix64) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      if !bytes.isEmpty { bytes.append(blank) }
      bytes.append(contentsOf: word(&random))
    }
    bytes.removeLast(bytes.count - count)
    if bytes.last == blank { bytes[count - 1] = UInt8(ascii: "s") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let blank = UInt8(ascii: " ")

  /// 64 of them, so that six bits choose one.
  private static let vocabulary: [[UInt8]] = """
    the and that have with this from they some what when there about which more time like very \
    into than them only over such also back after first well year work even good much where most \
    people long way down day here old see him two how our any new give just take know make come \
    look want because think state never house right under water light story green open read
    """.split(separator: " ").map { Array($0.utf8) }

  private static func word(_ random: inout SplitMix64) -> [UInt8] {
    vocabulary[Int(random.next() >> 32) % vocabulary.count]
  }
}
