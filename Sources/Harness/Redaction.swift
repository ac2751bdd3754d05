import Core

/// Takes the API key out of everything that was received, before anything looks at it.
///
/// Servers echo keys in error texts; masking byte for byte keeps every offset and length.
struct Redaction: Sendable {
  private let secret: [UInt8]

  /// Keys shorter than this are no secrets, and masking them would eat ordinary text.
  private static let shortest = 6

  init(key: String?) { secret = Array((key ?? "").utf8) }

  private var isActive: Bool { secret.count >= Self.shortest }

  func mask(_ bytes: inout [UInt8]) {
    guard isActive, bytes.count >= secret.count else { return }
    var index = 0
    while index <= bytes.count - secret.count {
      if bytes[index] == secret[0], bytes[index..<(index + secret.count)].elementsEqual(secret) {
        for place in index..<(index + secret.count) { bytes[place] = UInt8(ascii: "*") }
        index += secret.count
      } else {
        index += 1
      }
    }
  }

  func mask(_ text: inout String) {
    guard isActive else { return }
    var bytes = Array(text.utf8)
    mask(&bytes)
    text = String(decoding: bytes, as: UTF8.self)
  }

  func mask(_ exchange: inout Exchange) {
    guard isActive else { return }
    mask(&exchange.body)
    mask(&exchange.detail)
    for index in exchange.headers.indices { mask(&exchange.headers[index].value) }
  }

  func mask(_ exchange: inout ProviderExchange) {
    guard isActive else { return }
    mask(&exchange.head)
    mask(&exchange.body)
    mask(&exchange.path)
  }
}
