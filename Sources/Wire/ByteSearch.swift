/// Finds a word in bytes by the letter of it that is rarest there.
package struct ByteSearch: Sendable {
  private let word: [UInt8]
  private let anchor: Int

  /// - Parameters:
  ///   - word: what to look for.
  ///   - anchor: a letter of it that other words seldom have.
  package init(_ word: String, anchor: Character) {
    let letters = Array(word)
    guard let place = letters.firstIndex(of: anchor), word.allSatisfy(\.isASCII) else {
      preconditionFailure("\(anchor) is no letter of \(word)")
    }
    self.word = Array(word.utf8)
    self.anchor = place
  }

  package var count: Int { word.count }

  /// Where the word stands for the first time at or behind `start`.
  package func first(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var from = start + anchor
    while let found = bytes.firstIndex(of: word[anchor], from: from) {
      if bytes.holds(word.span, at: found - anchor) { return found - anchor }
      from = found + 1
    }
    return nil
  }
}
