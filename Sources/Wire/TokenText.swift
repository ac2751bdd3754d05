package import Core

/// The generated text: `t17-89abcdef ` is token 17 of the exchange whose nonce ends in 89abcdef.
///
/// Loss, duplication, reordering and splicing show in the text itself, whatever a relay does to
/// ids, and each chunk the client gets is matched to the write it came from.
package enum TokenText {
  package static func token(_ number: Int, of nonce: Nonce) -> String {
    token(number, short: nonce.short)
  }

  /// The same from `Nonce.short`, for those who write many tokens of one exchange.
  ///
  /// Reasoning begins its words with `r` and a refusal with `n`, so that neither is taken for text.
  package static func token(_ number: Int, short: String, letter: String = "t") -> String {
    "\(letter)\(number)-\(short) "
  }

  /// Tokens found in text that comes in pieces (a token may be split over two pieces).
  package struct Scanner: Sendable {
    /// A token that ended, and the nonce half it carries.
    package struct Found: Hashable, Sendable {
      package var number: Int
      package var short: String

      package init(number: Int, short: String) {
        self.number = number
        self.short = short
      }
    }

    private var current: [UInt8] = []
    /// Bytes that belong to no token.
    package private(set) var foreignBytes = 0

    package init() {}

    /// Takes one more piece and hands over the tokens that ended in it.
    package mutating func feed(_ piece: Span<UInt8>, _ found: (Found) -> Void) {
      var start = 0
      for place in 0..<piece.count where piece[place] == .space {
        let part = piece.extracting(start..<place)
        start = place + 1
        var count = part.count
        let token: Found?
        if current.isEmpty {
          token = Self.parse(part)
        } else {
          current.append(part)
          count = current.count
          token = Self.parse(current.span)
          current.removeAll(keepingCapacity: true)
        }
        if let token { found(token) } else { foreignBytes += count + 1 }
      }
      current.append(piece.extracting(start...))
    }

    /// Counts what is left when the text is over: a token ends with its space.
    package mutating func finish() {
      foreignBytes += current.count
      current.removeAll()
    }

    private static func parse(_ word: Span<UInt8>) -> Found? {
      let dash = word.count - Nonce.shortLength - 1
      guard (2..<20).contains(dash), word[0] == UInt8(ascii: "t"), word[dash] == UInt8(ascii: "-")
      else { return nil }
      var number = 0
      for place in 1..<dash {
        guard word[place].isDigit else { return nil }
        number = number * 10 + Int(word[place] & 0x0F)
      }
      return Found(number: number, short: word.extracting((dash + 1)...).text)
    }
  }
}
