import Core
import Wire

/// Drives a session in virtual time, as a socket driver whose kernel takes everything at once.
struct SessionBench {
  var session: ProviderSession
  var now = Instant(nanoseconds: 1_000_000_000)
  /// All bytes sent, and each send with the instant it was given out.
  var output: [UInt8] = []
  var sends: [(id: Int, at: Instant, bytes: [UInt8])] = []
  var finished: [ProviderExchange] = []
  var closedAt: Instant?
  var resetAt: Instant?
  /// How long the kernel takes for each send; nil leaves it to the test.
  var writeDelay: Nanoseconds? = .zero

  init(
    _ script: ProviderScript, seed: UInt64 = 7, connection: Int = 3,
    dialects: [any Dialect] = Dialects.preferring(Dialects.usual.name)
  ) {
    session = ProviderSession(
      connection: connection, script: script, seed: seed, dialects: dialects)
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  mutating func receive(_ text: String) { receive(Array(text.utf8)) }

  mutating func receive(_ bytes: [UInt8]) { carryOut(session.received(bytes, at: now)) }

  /// Plays everything that is due up to `milliseconds` from now, and stays there.
  mutating func run(_ milliseconds: Int64 = 1_000_000) {
    let limit = now + .milliseconds(milliseconds)
    while let due = session.nextDue, due <= limit {
      now = max(now, due)
      carryOut(session.due(at: now))
    }
    now = limit
  }

  mutating func carryOut(_ actions: [ProviderSession.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes, let id):
        output += bytes
        sends.append((id, now, bytes))
        if let writeDelay { carryOut(session.written(id, at: now + writeDelay)) }
      case .closeAfterFlush: closedAt = now
      case .resetAfterFlush: resetAt = now
      case .finished(let exchange): finished.append(exchange)
      }
    }
  }

  /// A request for a completion as `OpenAIChat` writes it.
  static func request(
    _ traffic: Traffic = Traffic(model: "m"), nonce: Nonce = Nonce(value: 0xABCD),
    version: String = "1.1", fields: [String] = []
  ) -> String {
    let request = OpenAIChat().request(traffic, nonce: nonce)
    let lines =
      ["POST /v1\(request.path) HTTP/\(version)", "Host: x"] + fields
      + request.headers.map { "\($0.name): \($0.value)" }
      + ["Content-Length: \(request.body.count)", "", ""]
    return lines.joined(separator: "\r\n") + String(decoding: request.body, as: UTF8.self)
  }

  /// The heads and bodies of the answers in `output`, with the chunked coding removed.
  var answers: [(head: String, body: [UInt8])] {
    var answers: [(head: String, body: [UInt8])] = []
    var rest = output[...]
    while let blank = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
      let head = String(decoding: rest[..<blank.upperBound], as: UTF8.self)
      rest = rest[blank.upperBound...]
      var body: [UInt8] = []
      let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
      if let length, let count = Int(length.dropFirst("Content-Length: ".count)) {
        body = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
      } else if head.contains("Transfer-Encoding: chunked") {
        var decoder = ChunkedDecoder()
        let raw = Array(rest)
        for piece in decoder.feed(raw) { body += raw[piece.range] }
        rest = rest.dropFirst(decoder.rawCount)
      } else if !head.hasPrefix("HTTP/1.1 100") {
        body = Array(rest)
        rest = []
      }
      answers.append((head, body))
    }
    return answers
  }
}
