package import Core

extension WireLog {
  /// What both sides saw of one exchange; of a long body the beginning.
  package init(_ observation: Observation) {
    let exchange = observation.exchange
    let sent = observation.sent
    // What a relay gives away of its key does not belong into a report.
    let keys = Set(observation.provider.compactMap(\.key)).filter { $0.utf8.count >= 6 }
    var body = Self.withoutNonce(exchange)
    for key in keys { Self.strike(key, &body) }
    var room = Limits.wireLogBytes
    var reads: [Entry] = []
    var cut = 0
    for read in exchange.timeline.reads {
      let length = min(read.length, room)
      room -= length
      cut += read.length - length
      guard length > 0, reads.count < Limits.wireLogEntries else { continue }
      reads.append(
        Entry(
          atNs: read.instant - sent,
          text: String(decoding: body[read.offset..<(read.offset + length)], as: UTF8.self)
        ))
    }
    let writes = observation.provider.flatMap { provider in
      provider.writes.map { Entry(atNs: $0.instant - sent, text: $0.kind.words) }
        + [Entry(atNs: provider.endedAt - sent, text: provider.end.rawValue)]
    }
    self.init(
      status: exchange.status,
      headers: exchange.headers.map { Self.public($0, without: keys) },
      end: observation.end.rawValue, endNs: exchange.ended - sent, reads: reads,
      writes: Array(writes.prefix(Limits.wireLogEntries)), cutBytes: cut)
  }

  /// The beginning of the body with the nonce struck out, so that what came with and without the relay can be compared.
  private static func withoutNonce(_ exchange: Exchange) -> [UInt8] {
    var body = Array(exchange.body.prefix(Limits.wireLogBytes))
    let short = Array(exchange.nonce.short.utf8)
    let long = Array(exchange.nonce.hex.utf8)
    body.replace(long, with: Array(repeating: UInt8(ascii: "N"), count: long.count))
    body.replace(short, with: Array(repeating: UInt8(ascii: "N"), count: short.count))
    return body
  }

  /// Cookies are secrets of whoever was logged in.
  private static func `public`(_ field: HeaderField, without keys: Set<String>) -> HeaderField {
    if field.name.lowercased().hasSuffix("cookie") {
      return HeaderField(name: field.name, value: "(left out)")
    }
    var value = Array(field.value.utf8)
    for key in keys { strike(key, &value) }
    return HeaderField(name: field.name, value: String(decoding: value, as: UTF8.self))
  }

  /// Its end as well, which is what providers show of it.
  private static func strike(_ key: String, _ bytes: inout [UInt8]) {
    for secret in [Array(key.utf8), Array(key.utf8.suffix(8))] where secret.count >= 6 {
      bytes.replace(secret, with: Array(repeating: UInt8(ascii: "*"), count: secret.count))
    }
  }
}

extension WriteMark.Kind {
  /// For a log.
  fileprivate var words: String {
    switch self {
    case .token(let number): "token \(number)"
    case .role: "role"
    case .comment: "comment"
    case .finish: "finish"
    case .usage: "usage"
    case .done: "terminator"
    case .raw: "raw bytes"
    case .errorEvent: "error"
    case .reasoning: "reasoning"
    case .refusal: "refusal"
    case .toolCall: "tool call"
    case .words: "words"
    case .whole: "whole answer"
    }
  }
}
