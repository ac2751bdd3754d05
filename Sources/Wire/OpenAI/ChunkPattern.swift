/// A chunk that says some words of text and nothing else, as the frame around those words.
///
/// Chunks of one answer mostly differ in their words alone. One with the frame of a chunk that was
/// parsed says the same with other words, and need not be parsed.
struct ChunkPattern {
  /// Up to the opening quote of the words, itself included.
  private let head: [UInt8]
  /// From their closing quote on.
  private let tail: [UInt8]
  private let choice: Int

  /// Nil where it cannot be told from the bytes alone where the words stand.
  ///
  /// Without a backslash every string stands there as it is, so words between quotes that are found
  /// once are found in their place.
  init?(of chunk: [UInt8], saying said: [Said]) {
    guard said.count == 1, case .output(.text, let words) = said[0].kind,
      let place = Self.onlyPlace(of: words.span, in: chunk.span)
    else { return nil }
    head = Array(chunk[..<place])
    tail = Array(chunk[(place + words.count)...])
    choice = said[0].choice
  }

  /// What a chunk with that frame says; nil for every other, and where the words are none or hold
  /// what JSON refuses in a string or writes otherwise (RFC 8259 section 7).
  func said(by chunk: [UInt8]) -> Said? {
    let bytes = chunk.span
    let end = bytes.count - tail.count
    guard end > head.count, bytes.holds(head.span, at: 0), bytes.holds(tail.span, at: end),
      Self.isPlain(bytes.extracting(head.count..<end))
    else { return nil }
    return Said(.output(.text, Array(bytes.extracting(head.count..<end))), choice: choice)
  }

  private static func isPlain(_ words: Span<UInt8>) -> Bool {
    var isASCII = true
    for index in 0..<words.count {
      guard [UInt8].isPlain(words[index]) else { return false }
      if words[index] >= 0x80 { isASCII = false }
    }
    return isASCII || UTF8Sequence.isWellFormed(words)
  }

  /// Where the words stand between quotes, if that is once and nothing is escaped.
  private static func onlyPlace(of words: Span<UInt8>, in chunk: Span<UInt8>) -> Int? {
    let quote = UInt8(ascii: "\"")
    var found: Int?
    for place in 0..<chunk.count {
      if chunk[place] == UInt8(ascii: "\\") { return nil }
      let end = place + 1 + words.count
      guard chunk[place] == quote, end < chunk.count, chunk[end] == quote,
        chunk.holds(words, at: place + 1)
      else { continue }
      guard found == nil else { return nil }
      found = place + 1
    }
    return found
  }
}
