/// Eight bytes that name one exchange wherever its bytes turn up, printed as 16 hex digits.
///
/// It travels in the prompt and comes back in every scripted token, because relays strip headers
/// and rewrite ids but pass text on.
package struct Nonce: Hashable, Sendable {
  package let value: UInt64

  package init(value: UInt64) { self.value = value }

  /// The nonce of exchange `ordinal`; the same seed gives the same request bytes.
  package init(seed: UInt64, ordinal: Int) {
    var random = SplitMix64(
      seed: seed, rule: RandomRule.nonce, ordinal: UInt64(bitPattern: Int64(ordinal)))
    value = random.next()
  }

  /// Reads exactly 16 lower-case hex digits.
  package init?(hex: some Collection<UInt8>) {
    guard hex.count == Nonce.hexLength else { return nil }
    var result: UInt64 = 0
    for byte in hex {
      guard let digit = Nonce.digit(byte) else { return nil }
      result = result << 4 | digit
    }
    value = result
  }

  package static let hexLength = 16
  /// What stands before the digits in a prompt: `relaymark-nonce:0123456789abcdef`.
  package static let marker: [UInt8] = Array("relaymark-nonce:".utf8)

  package var hex: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: Nonce.hexLength - digits.utf8.count) + digits
  }

  /// The half of the nonce that every scripted token carries.
  package var short: String { String(hex.suffix(Nonce.shortLength)) }
  package static let shortLength = 8

  /// The words that carry the nonce in a prompt.
  package var promptMarker: String { "relaymark-nonce:\(hex)" }

  fileprivate static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

extension Nonce: Codable, CustomStringConvertible {
  package var description: String { hex }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let nonce = Nonce(hex: Array(text.utf8)) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a nonce has 16 hex digits"))
    }
    self = nonce
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}

/// Finds `relaymark-nonce:` + 16 hex digits in bytes that arrive in pieces.
package struct NonceScanner: Sendable {
  private var matched = 0
  private var digits: [UInt8] = []
  package private(set) var found: Nonce?

  package init() {}

  /// Looks at more bytes; the last complete nonce stays in `found`.
  package mutating func scan(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { scan(byte) }
  }

  private mutating func scan(_ byte: UInt8) {
    let marker = Nonce.marker
    if matched < marker.count {
      while matched > 0 && byte != marker[matched] { matched = Self.border(of: matched) }
      if byte == marker[matched] { matched += 1 }
      return
    }
    guard Nonce.digit(byte) != nil else {
      // No digit is a letter of the marker's beginning, so only this byte can begin another one.
      matched = 0
      digits.removeAll(keepingCapacity: true)
      return scan(byte)
    }
    digits.append(byte)
    guard digits.count == Nonce.hexLength else { return }
    if let nonce = Nonce(hex: digits) { found = nonce }
    matched = 0
    digits.removeAll(keepingCapacity: true)
  }

  /// How much of the marker still matches after a mismatch: "relaymar" ends as it begins, in "r".
  private static func border(of matched: Int) -> Int { matched == 8 ? 1 : 0 }
}
