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

    /// Takes one more piece and returns the tokens that ended in it.
    package mutating func feed(_ piece: some Sequence<UInt8>) -> [Found] {
      var found: [Found] = []
      for byte in piece {
        guard byte == UInt8(ascii: " ") else {
          current.append(byte)
          continue
        }
        if let token = Self.parse(current) {
          found.append(token)
        } else {
          foreignBytes += current.count + 1
        }
        current.removeAll(keepingCapacity: true)
      }
      return found
    }

    /// Counts what is left when the text is over: a token ends with its space.
    package mutating func finish() {
      foreignBytes += current.count
      current.removeAll()
    }

    private static func parse(_ word: [UInt8]) -> Found? {
      guard word.first == UInt8(ascii: "t"), let dash = word.firstIndex(of: UInt8(ascii: "-")),
        word.count == dash + 1 + Nonce.shortLength,
        let number = Int(String(decoding: word[1..<dash], as: UTF8.self)), number >= 0
      else { return nil }
      return Found(number: number, short: String(decoding: word[(dash + 1)...], as: UTF8.self))
    }
  }
}
