import Core
import Wire

/// Records exchanges from the client's side when they have ended: the decoded body at the reads
/// that brought it ("layer":"body"), for what libcurl has taken out of TLS and HTTP/2.
package final class ExchangeRecorder {
  private let file: RecordingFile
  private let upstream: String

  /// - Parameter upstream: the target without secrets, for readers of the file.
  package init(_ file: RecordingFile, upstream: String) {
    self.file = file
    self.upstream = upstream
  }

  /// - Parameter request: as it was sent; secrets in it are masked here.
  func record(_ exchange: Exchange, request: RecordedRequest) {
    let connection = file.nextConnection()
    var lines: [UInt8] = []
    var count = 0
    func append(_ event: RecordedEvent, _ at: Instant) {
      RecordingWriter.append(
        RecordingEntry(connection: connection, at: at - file.start, event: event), to: &lines)
      count += 1
    }
    append(.open(client: "relaymark", upstream: upstream, layer: .body), exchange.started)
    if let sent = exchange.sent { append(.request(masked(request), number: 1), sent) }
    if let at = exchange.headAt {
      append(
        .response(
          status: exchange.status, version: exchange.httpVersion, headers: masked(exchange.headers)),
        at)
    }
    var masker = SecretMasker(keys: file.keys)
    for read in Self.reads(exchange).flatMap({ masker.take($0) }) + masker.finish() {
      append(.read(.downstream, read.bytes), read.at)
    }
    append(.end(.downstream, end(exchange.transport)), exchange.ended)
    append(.close, exchange.ended)
    file.append(lines, count: count, at: exchange.ended)
  }

  /// What came out of the kernel in one read is one, in however many pieces libcurl gave it.
  private static func reads(_ exchange: Exchange) -> [SecretMasker.Read] {
    var reads: [SecretMasker.Read] = []
    var wake: UInt32?
    for mark in exchange.timeline.reads {
      let bytes = exchange.body[mark.offset..<(mark.offset + mark.length)]
      if mark.wake == wake {
        reads[reads.count - 1].bytes += bytes
      } else {
        reads.append(SecretMasker.Read(bytes: Array(bytes), at: mark.instant))
      }
      wake = mark.wake
    }
    return reads
  }

  private func end(_ transport: TransportEnd) -> RecordedEnd {
    switch transport {
    case .complete: .complete
    case .failed(.reset): .stream(.reset)
    case .failed(let condition): .failed(condition)
    }
  }

  private func masked(_ request: RecordedRequest) -> RecordedRequest {
    RecordedRequest(
      method: request.method, target: SecretMasker.masked(target: request.target, keys: file.keys),
      headers: masked(request.headers),
      body: SecretMasker.masked(request.body, keys: file.keys))
  }

  private func masked(_ fields: [HeaderField]) -> [HeaderField] {
    fields.map { SecretMasker.masked(field: $0, keys: file.keys) }
  }
}
