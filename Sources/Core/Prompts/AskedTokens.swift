/// How a request tells a scripted provider the length of the answer it wants: in its prompt, beside
/// the nonce and for the same reason, that relays pass text on and rewrite everything else.
package enum AskedTokens {
  /// What stands before the number: `relaymark-tokens:250`.
  package static let marker = "relaymark-tokens:"

  /// The number in the last marker of a request's body, which is of its last message; nil without
  /// one, or with a number that no script can have.
  package static func find(in body: [UInt8]) -> Int? {
    let mark = Array(marker.utf8)
    guard body.count > mark.count else { return nil }
    var start = body.count - mark.count
    while start >= 0 {
      if body[start] == mark[0], body[start..<(start + mark.count)].elementsEqual(mark) {
        let digits = body[(start + mark.count)...].prefix(8).prefix {
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        let number = Int(String(decoding: digits, as: UTF8.self))
        return number.flatMap { (1...Limits.lengths).contains($0) ? $0 : nil }
      }
      start -= 1
    }
    return nil
  }
}

extension ProviderScript {
  /// Whether a text in it has the length that the request asks for.
  package var isAsked: Bool {
    steps.contains { if case .text(let text) = $0 { text.isAsked } else { false } }
  }

  /// The script as it answers a request for so many tokens; itself without such a wish.
  package func asked(for tokens: Int?) -> ProviderScript {
    guard let tokens, isAsked else { return self }
    var result = self
    result.steps = steps.map { step in
      guard case .text(var text) = step, text.isAsked else { return step }
      text.tokens = tokens
      return .text(text)
    }
    return result
  }
}

extension TextStep {
  /// What stands for the number in a scenario file.
  static let askedWord = "asked"

  /// As many tokens as the request asks for; 20 where it asks for nothing.
  init(askedAt gap: Distribution) {
    self.init(tokens: 20, gap: gap)
    isAsked = true
  }
}
