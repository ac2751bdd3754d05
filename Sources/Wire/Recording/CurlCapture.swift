import Core

/// What `curl --no-buffer -i` prints: the heads of the answer, then its body with transfer coding
/// removed (or not, with `--raw`). There is no request in it, and there are no times.
enum CurlCapture {
  static func recognises(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "HTTP/".utf8) }

  /// Each event of an event stream is a read, `gap` after the one before; another body is one read.
  static func read(_ bytes: [UInt8], gap: Nanoseconds) throws(RecordingError) -> Recording {
    var recording = Recording(tool: "curl", startedAt: "")
    recording.notes = ["a capture of curl has no times: its events come \(gap) apart"]
    var rest = bytes[...]
    var head = try Head(&rest)
    // Interim answers, and the tunnel of a proxy, come before the answer.
    while rest.starts(with: "HTTP/".utf8), head.isFollowed { head = try Head(&rest) }
    var now = Nanoseconds.zero
    func add(_ event: RecordedEvent) {
      recording.entries.append(RecordingEntry(connection: 1, at: now, event: event))
    }
    add(.open(client: "curl", upstream: "", layer: .body))
    add(.response(status: head.status, version: head.version, headers: head.masked))
    let body = head.isChunked ? decoded(rest) : Array(rest)
    for piece in pieces(SecretMasker.masked(body), isStream: head.isEventStream) {
      now += gap
      add(.read(.downstream, piece))
    }
    let isCut = head.length.map { body.count < $0 } ?? false
    add(.end(.downstream, isCut ? .failed(.premature) : .complete))
    add(.close)
    return recording
  }

  /// Without the transfer coding, where that is still there from end to end.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let raw = Array(bytes)
    var decoder = ChunkedDecoder()
    let pieces = decoder.feed(raw)
    guard decoder.isComplete, decoder.rawCount == raw.count else { return raw }
    return pieces.flatMap { raw[$0.range] }
  }

  private static func pieces(_ body: [UInt8], isStream: Bool) -> [[UInt8]] {
    guard !body.isEmpty else { return [] }
    guard isStream else { return [body] }
    var pieces: [[UInt8]] = []
    var counter = EventCounter()
    var position = 0
    var start = 0
    while let end = counter.next(in: body.span, at: &position, to: body.count) {
      pieces.append(Array(body[start..<end]))
      start = end
    }
    if start < body.count { pieces.append(Array(body[start...])) }
    return pieces
  }

  /// One head, as curl prints it.
  private struct Head {
    var status: Int
    var version: String
    var fields: [HeaderField] = []

    init(_ rest: inout ArraySlice<UInt8>) throws(RecordingError) {
      let first = Self.line(&rest)
      let words = String(decoding: first, as: UTF8.self).split(separator: " ", maxSplits: 2)
      guard words.count > 1, let status = Int(words[1]), (100...599).contains(status) else {
        throw RecordingError(line: 1, "this is not the status line of an answer")
      }
      self.status = status
      version = String(words[0].dropFirst("HTTP/".utf8.count))
      while !rest.isEmpty {
        let line = Self.line(&rest)
        if line.isEmpty { return }
        guard let colon = line.firstIndex(of: .colon) else {
          throw RecordingError("a line of the head is not name, colon and value")
        }
        let value = line[(colon + 1)...].drop(while: \.isBlank)
        fields.append(
          HeaderField(
            name: String(decoding: line[..<colon], as: UTF8.self),
            value: String(decoding: value, as: UTF8.self)))
      }
      throw RecordingError("the head does not end with an empty line")
    }

    /// Whether another head comes behind it: it is interim, or a proxy's answer to CONNECT.
    var isFollowed: Bool { status < 200 || status == 200 && fields.isEmpty }
    var masked: [HeaderField] { fields.map { SecretMasker.masked(field: $0) } }

    var isEventStream: Bool { value("content-type").hasPrefix("text/event-stream") }
    var isChunked: Bool { value("transfer-encoding") == "chunked" }

    /// How long the body is, if it is as it was sent.
    var length: Int? { value("content-encoding").isEmpty ? Int(value("content-length")) : nil }

    private func value(_ name: String) -> String {
      fields.last { $0.name.lowercased() == name }?.value.lowercased() ?? ""
    }

    private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      let line = rest.prefix { $0 != .lf }
      rest = rest[line.endIndex...].dropFirst()
      return line.last == .cr ? line.dropLast() : line
    }
  }
}
