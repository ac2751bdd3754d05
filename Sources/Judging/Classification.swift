import Core
import Wire

/// The rules that turn one raw exchange into its end condition.
enum Classification {
  /// The first rule that holds decides.
  ///
  /// The transport comes first: a stream that delivered its terminal marker and then broke inside
  /// its framing, or was held open until a timeout, is not `done` (RFC 9112 section 8: an incomplete
  /// message).
  static func end(
    of exchange: Exchange, reading: StreamReading, dialect: any Dialect, streamWanted: Bool
  ) -> EndCondition {
    if case .failed(let reason) = exchange.transport { return reason }
    guard (200..<300).contains(exchange.status) else { return .httpError }
    if exchange.left != nil { return .cancelled }
    return streamWanted
      ? streamEnd(reading, isStream: dialect.isStream(mediaType: mediaType(of: exchange)))
      : wholeEnd(reading)
  }

  private static func streamEnd(_ reading: StreamReading, isStream: Bool) -> EndCondition {
    guard isStream, !reading.events.isEmpty else { return .notAStream }
    let seen = Seen(reading)
    if seen.error { return .errorEvent }
    if seen.malformed { return .malformed }
    if !seen.terminator { return .eofWithoutTerminator }
    return seen.output ? .done : .noOutput
  }

  /// An answer that is not a stream needs no marker: its framing and its syntax say it is whole.
  private static func wholeEnd(_ reading: StreamReading) -> EndCondition {
    let seen = Seen(reading)
    if seen.error { return .errorEvent }
    if seen.malformed || reading.danglingFrom != nil { return .malformed }
    return seen.output ? .done : .noOutput
  }

  static func mediaType(of exchange: Exchange) -> String {
    let value = exchange.header("content-type") ?? ""
    let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }
    return String(decoding: type.filter { $0 != 0x20 && $0 != 0x09 }, as: UTF8.self).lowercased()
  }
}

/// Which kinds of events a reading holds.
struct Seen {
  var output = false
  var terminator = false
  var malformed = false
  var usage = false
  /// An in-band error object, or a finish reason that says so (OpenRouter's `error`, DeepSeek's
  /// `insufficient_system_resource`).
  var error = false
  /// A finish reason other than `error`.
  var finish = false

  init(_ reading: StreamReading) {
    for event in reading.events {
      switch event.kind {
      case .output: output = true
      case .terminator: terminator = true
      case .malformed: malformed = true
      case .usage: usage = true
      case .error, .finish("error"), .finish("insufficient_system_resource"): error = true
      case .finish: finish = true
      case .toolCall: output = true
      case .reasoning, .role, .comment, .empty: break
      }
    }
  }
}
