package import Core
package import Wire

/// What an exchange brought, for those who go on from there.
package enum Answer {
  /// The text of a successful answer as the client got it; nil for every other.
  package static func text(
    of exchange: Exchange, dialect: any Dialect, streamWanted: Bool
  ) -> String? {
    let reading = streamWanted ? dialect.read(exchange.body) : dialect.readWhole(exchange.body)
    let end = Classification.end(
      of: exchange, reading: reading, dialect: dialect, streamWanted: streamWanted)
    guard end == .done else { return nil }
    var bytes: [UInt8] = []
    for case .output(.text, let piece) in reading.events.map(\.kind) { bytes += piece }
    return String(decoding: bytes, as: UTF8.self)
  }
}
