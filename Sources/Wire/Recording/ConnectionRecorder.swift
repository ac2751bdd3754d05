package import Core

/// Turns what happens on one proxied connection into lines of a recording, secrets masked, without
/// file or clock.
package struct ConnectionRecorder: Sendable {
  private let connection: Int
  private let start: Instant
  private var upstream: SecretMasker
  private var downstream: SecretMasker
  /// Nil once what the client sends is no longer read as HTTP/1.
  private var requests: HTTPRequestParser? = HTTPRequestParser()
  private var requestCount = 0
  /// How much of the preface of HTTP/2 has come; nil if the client sends something else.
  private var preface: Int? = 0
  private var isOpaque = false

  /// What a client of HTTP/2 in the clear begins with (RFC 9113 section 3.4), as far as it differs
  /// from every request of HTTP/1.
  private static let prefaceText = Array("PRI * HTTP/2.0\r\n\r\nSM".utf8)

  /// - Parameters:
  ///   - connection: unique in the recording.
  ///   - start: when the recording began.
  ///   - keys: known secrets, masked wherever they stand.
  package init(connection: Int, start: Instant, keys: [[UInt8]]) {
    self.connection = connection
    self.start = start
    upstream = SecretMasker(keys: keys)
    downstream = SecretMasker(keys: keys)
  }

  package mutating func opened(
    client: String, upstream: String, at now: Instant, into lines: inout [UInt8]
  ) {
    append(.open(client: client, upstream: upstream, layer: .wire), now, &lines)
  }

  package mutating func received(
    _ direction: FaultDirection, _ bytes: [UInt8], at now: Instant, into lines: inout [UInt8]
  ) {
    if direction == .upstream { lookForPreface(bytes) }
    var read = SecretMasker.Read(bytes: bytes, at: now)
    // The heads of HTTP/2 are compressed: what cannot be read cannot be masked in part.
    if isOpaque { read.bytes = [UInt8](repeating: UInt8(ascii: "*"), count: bytes.count) }
    switch direction {
    case .upstream: write(upstream.take(read), .upstream, &lines)
    case .downstream: write(downstream.take(read), .downstream, &lines)
    }
  }

  package mutating func ended(
    _ direction: FaultDirection, how: StreamEnding, at now: Instant, into lines: inout [UInt8]
  ) {
    flush(direction, &lines)
    append(.end(direction, .stream(how)), now, &lines)
  }

  package mutating func struck(_ record: FaultRecord, into lines: inout [UInt8]) {
    let fault = RecordedFault(
      leg: record.leg, rule: record.rule, kind: record.kind, bytesBefore: record.bytesBefore,
      eventsBefore: record.eventsBefore)
    append(.fault(fault), record.at, &lines)
  }

  package mutating func closed(at now: Instant, into lines: inout [UInt8]) {
    flush(.upstream, &lines)
    flush(.downstream, &lines)
    append(.close, now, &lines)
  }

  private mutating func flush(_ direction: FaultDirection, _ lines: inout [UInt8]) {
    switch direction {
    case .upstream: write(upstream.finish(), .upstream, &lines)
    case .downstream: write(downstream.finish(), .downstream, &lines)
    }
  }

  private mutating func write(
    _ reads: [SecretMasker.Read], _ direction: FaultDirection, _ lines: inout [UInt8]
  ) {
    for read in reads {
      append(.read(direction, read.bytes), read.at, &lines)
      if direction == .upstream { readRequests(read, &lines) }
    }
  }

  private mutating func readRequests(_ read: SecretMasker.Read, _ lines: inout [UInt8]) {
    guard let result = requests?.feed(read.bytes) else { return }
    for request in result.requests {
      requestCount += 1
      let recorded = RecordedRequest(
        method: request.method, target: request.target, headers: request.headers,
        body: request.body)
      append(.request(recorded, number: requestCount), read.at, &lines)
    }
    // What follows a CONNECT, or what is no request, would only be collected.
    if result.failure != nil || result.requests.last?.method == "CONNECT" { requests = nil }
  }

  private mutating func lookForPreface(_ bytes: [UInt8]) {
    guard let seen = preface else { return }
    let text = Self.prefaceText[seen...].prefix(bytes.count)
    guard bytes.starts(with: text) else {
      preface = nil
      return
    }
    preface = seen + text.count
    if seen + text.count == Self.prefaceText.count {
      isOpaque = true
      preface = nil
    }
  }

  private func append(_ event: RecordedEvent, _ now: Instant, _ lines: inout [UInt8]) {
    RecordingWriter.append(
      RecordingEntry(connection: connection, at: now - start, event: event), to: &lines)
  }
}
