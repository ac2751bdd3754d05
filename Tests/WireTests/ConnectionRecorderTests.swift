import Core
import TestSupport
import Testing
import Wire

/// What a proxied connection becomes in the file.
@Suite struct ConnectionRecorderTests {
  private static let start = Instant(nanoseconds: 1_000)
  private static let head =
    "POST /v1/chat/completions?key=abc HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer zzz\r\n"
    + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"

  private struct Stage {
    var recorder: ConnectionRecorder
    var lines: [UInt8] = []
    var now = start

    init(keys: [String] = []) {
      recorder = ConnectionRecorder(
        connection: 7, start: ConnectionRecorderTests.start, keys: keys.map { Array($0.utf8) })
      recorder.opened(client: "c", upstream: "u", at: now, into: &lines)
    }

    mutating func up(_ bytes: some Collection<UInt8>) { receive(.upstream, bytes) }
    mutating func down(_ text: String) { receive(.downstream, text.utf8) }

    mutating func receive(_ direction: FaultDirection, _ bytes: some Collection<UInt8>) {
      now = now + Nanoseconds(10)
      recorder.received(direction, Array(bytes), at: now, into: &lines)
    }

    mutating func close() throws -> [RecordingEntry] {
      recorder.closed(at: now + Nanoseconds(10), into: &lines)
      let header = RecordingWriter.header(tool: "", startedAt: "")
      return try RecordingReader.read(header + lines).entries
    }
  }

  private func requests(_ entries: [RecordingEntry]) -> [RecordedRequest] {
    entries.compactMap { if case .request(let request, _) = $0.event { request } else { nil } }
  }

  private func reads(_ entries: [RecordingEntry], _ direction: FaultDirection) -> [[UInt8]] {
    entries.compactMap {
      if case .read(direction, let bytes) = $0.event { bytes } else { nil }
    }
  }

  @Test func requestsAreReadFromMaskedBytesAtEveryCut() throws {
    let bytes = Array((Self.head + Self.head).utf8)
    let difference = ChunkVerifier.difference(bytes) { pieces in
      var stage = Stage()
      for piece in pieces { stage.up(piece) }
      let entries = (try? stage.close()) ?? []
      return requests(entries).map { [$0.target, String(decoding: $0.body, as: UTF8.self)] }
        + [[String(decoding: reads(entries, .upstream).flatMap { $0 }, as: UTF8.self)]]
    }
    #expect(difference == nil)
    var stage = Stage()
    stage.up(bytes)
    let entries = try stage.close()
    let request = RecordedRequest(
      method: "POST", target: "/v1/chat/completions?key=***",
      headers: [
        HeaderField(name: "Host", value: "a"),
        HeaderField(name: "Authorization", value: "**********"),
        HeaderField(name: "Transfer-Encoding", value: "chunked"),
      ], body: Array("{\"a\":1}".utf8))
    #expect(requests(entries) == [request, request])
    let masked = Self.head.replacing("=abc", with: "=***")
      .replacing("Bearer zzz", with: "**********")
    #expect(reads(entries, .upstream) == [Array((masked + masked).utf8)])
  }

  @Test func everythingHasItsInstant() throws {
    var stage = Stage()
    stage.up(Self.head.utf8)
    stage.down("HTTP/1.1 200 OK\r\n")
    stage.recorder.struck(
      FaultRecord(
        leg: .b, rule: "r", kind: "k", effect: .cuts, connection: 3, nonce: nil, at: stage.now, bytesBefore: 1,
        eventsBefore: 2), into: &stage.lines)
    stage.recorder.ended(.downstream, how: .reset, at: stage.now, into: &stage.lines)
    let entries = try stage.close()
    #expect(
      entries.map(\.event.name) == ["open", "read", "request", "read", "fault", "end", "close"])
    #expect(entries.map(\.at.count) == [0, 10, 10, 20, 20, 20, 30])
    #expect(entries.allSatisfy { $0.connection == 7 })
  }

  @Test func aReadThatMayHoldHalfAKeyComesWithTheNext() throws {
    var stage = Stage(keys: ["sk-secret"])
    stage.down("<sk-")
    stage.up(Array("x".utf8))
    stage.down("secret>")
    let entries = try stage.close()
    #expect(reads(entries, .downstream) == [Array("<***".utf8), Array("******>".utf8)])
    #expect(entries.map(\.at.count) == [0, 20, 10, 30, 40])
  }

  /// Its heads are compressed, so nothing of it can be shown.
  @Test func http2InTheClearIsAllAsterisks() throws {
    let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    for cut in 0...preface.count {
      var stage = Stage()
      if cut > 0 { stage.up(preface[..<cut]) }
      stage.up(preface[cut...] + Array("HPACK secret".utf8))
      stage.down("HPACK cookie")
      let entries = try stage.close()
      let up = String(decoding: reads(entries, .upstream).flatMap { $0 }, as: UTF8.self)
      #expect(up.utf8.count == preface.count + 12 && !up.contains("secret"), "cut at \(cut)")
      #expect(reads(entries, .downstream) == [Array("************".utf8)])
    }
  }

  @Test func whatIsNotHTTPIsRecordedAsItIs() throws {
    var stage = Stage()
    stage.up([0x00, 0xFF, 0x0A])
    stage.up(Array("PRI * no".utf8))
    stage.down("+OK\r\n")
    let entries = try stage.close()
    #expect(requests(entries).isEmpty)
    #expect(reads(entries, .upstream) == [[0x00, 0xFF, 0x0A], Array("PRI * no".utf8)])
  }

  @Test func aTunnelIsNotCollected() throws {
    var stage = Stage()
    stage.up(
      "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nGET /not HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    stage.up("GET /neither HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    #expect(requests(try stage.close()).map(\.method) == ["CONNECT"])
  }
}
