import Core
import Testing
import TestSupport
import Wire

/// Where the landmarks of raw responses lie, for the fault proxy.
struct HTTPMessageScannerTests {
  typealias Landmark = HTTPMessageScanner.Landmark

  static func scan(_ bytes: [UInt8], heads: [Bool] = [], closes: Bool = false) -> [Landmark] {
    func run(_ pieces: [ArraySlice<UInt8>]) -> [Landmark] {
      var scanner = HTTPMessageScanner()
      for head in heads { scanner.expectResponse(toHEAD: head) }
      var landmarks: [Landmark] = []
      for piece in pieces { landmarks += scanner.scan(piece) }
      if closes { landmarks += scanner.close() }
      return landmarks
    }
    #expect(ChunkVerifier.difference(bytes, run: run) == nil)
    return run([bytes[...]])
  }

  static func scan(_ text: String, heads: [Bool] = [], closes: Bool = false) -> [Landmark] {
    scan(Array(text.utf8), heads: heads, closes: closes)
  }

  static let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

  /// The text up to each event's end.
  static func eventEnds(_ text: String, closes: Bool = false) -> [String] {
    scan(text, closes: closes).compactMap {
      guard case .event(_, let end) = $0 else { return nil }
      return String(decoding: Array(text.utf8)[..<end], as: UTF8.self)
    }
  }

  @Test func aChunkedStream() {
    let head = Self.stream + "Transfer-Encoding: chunked\r\n\r\n"
    let first = "9\r\ndata: a\n\n\r\n"
    let split = "4\r\n: k\n\r\n6\r\n\ndata:\r\n3\r\n b\n\r\n1\r\n\n"
    let text = head + first + split + "\r\n0\r\n\r\n"
    let start = head.utf8.count
    #expect(
      Self.scan(text) == [
        .responseStart, .headEnd(status: 200), .event(number: 1, rawEnd: start + 12),
        .event(number: 2, rawEnd: start + first.utf8.count + split.utf8.count),
        .responseEnd(rawEnd: text.utf8.count),
      ])
  }

  @Test func aSizedStreamAndTheNextResponse() {
    let body = "data: a\n\ndata: b\n\n"
    let one = Self.stream + "Content-Length: \(body.utf8.count)\r\n\r\n"
    let two = "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno"
    let length = one.utf8.count
    #expect(
      Self.scan(one + body + two + two) == [
        .responseStart, .headEnd(status: 200), .event(number: 1, rawEnd: length + 9),
        .event(number: 2, rawEnd: length + 18), .responseEnd(rawEnd: length + 18),
        .responseStart, .headEnd(status: 404), .responseEnd(rawEnd: two.utf8.count),
        .responseStart, .headEnd(status: 404), .responseEnd(rawEnd: two.utf8.count),
      ])
  }

  @Test func aBodyUntilClose() {
    let text =
      Self.stream.replacing("1.1", with: "1.0") + "\r\ndata: a\n\n: x\n\ndata: [DONE]\n\nda"
    let landmarks = Self.scan(text, closes: true)
    #expect(landmarks.last == .responseEnd(rawEnd: text.utf8.count))
    #expect(landmarks.count == 5)
    #expect(Self.scan(text).count == 4)
  }

  @Test func aPrematureCloseHasNoEnd() {
    let text = Self.stream + "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n"
    #expect(Self.scan(text, closes: true).count == 3)
  }

  @Test func interimAndBodilessResponses() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n"
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: text/event-stream\r\n\r\n"
    let nothing = "HTTP/1.1 204 No Content\r\n\r\n"
    let unchanged = "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
    let last = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    #expect(
      Self.scan(
        interim + head + nothing + unchanged + last, heads: [true, false, false, false]) == [
          .responseStart, .headEnd(status: 100), .responseEnd(rawEnd: interim.utf8.count),
          .responseStart, .headEnd(status: 200), .responseEnd(rawEnd: head.utf8.count),
          .responseStart, .headEnd(status: 204), .responseEnd(rawEnd: nothing.utf8.count),
          .responseStart, .headEnd(status: 304), .responseEnd(rawEnd: unchanged.utf8.count),
          .responseStart, .headEnd(status: 200), .responseEnd(rawEnd: last.utf8.count),
        ])
  }

  @Test(arguments: [
    ("data: a\r\n\r\ndata: b\r\n\r\n", ["data: a\r\n\r\n", "data: a\r\n\r\ndata: b\r\n\r\n"]),
    ("data: a\r\rdata: b\r\r", ["data: a\r\r", "data: a\r\rdata: b\r\r"]),
    ("data: a\r\n\rdata: b\r\r", ["data: a\r\n\r", "data: a\r\n\rdata: b\r\r"]),
    ("data: a\n\r\n:x\n\n", ["data: a\n\r"]),
    ("data: a\r\n\r", ["data: a\r\n\r"]),
    ("event: e\n\ndata\n\n", ["event: e\n\ndata\n\n"]),
    ("Data: a\n\ndata : b\n\ndatax: c\n\n data: d\n\ndat\n\n", []),
    ("data: a\n", []), ("data: a", []), ("\u{FEFF}data: a\n\n", ["\u{FEFF}data: a\n\n"]),
    ("\u{FEFF}\u{FEFF}data: a\n\n", []),
  ])
  func eventsInAnyLineEnd(_ body: String, _ expected: [String]) {
    let head = Self.stream + "\r\n"
    let ends = Self.eventEnds(head + body, closes: true)
    #expect(ends.map { Array($0.utf8) } == expected.map { Array((head + $0).utf8) })
  }

  @Test(arguments: [
    ("Content-Type: Text/Event-Stream; charset=utf-8\r\n", true),
    ("content-type:text/event-stream\r\nContent-Encoding: identity\r\n", true),
    ("Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\n", false),
    ("Content-Type: text/event-stream\r\nTransfer-Encoding: gzip\r\n", false),
    ("Content-Type: text/event-streams\r\n", false), ("Content-Type: application/json\r\n", false),
    ("", false),
  ])
  func onlyPlainEventStreamsAreCounted(_ fields: String, _ counts: Bool) {
    let text = "HTTP/1.1 200\r\n\(fields)\r\ndata: a\n\n"
    #expect(Self.eventEnds(text).count == (counts ? 1 : 0))
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n", "\u{16}\u{3}\u{3}", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
    "HTTP/1.1 2000 x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nstray",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n\u{81}\u{5}hello",
  ])
  func givesUpOnce(_ text: String) {
    let landmarks = Self.scan(text + "HTTP/1.1 200 OK\r\n\r\n", closes: true)
    #expect(landmarks.last == .notHTTP)
    #expect(landmarks.first == .responseStart)
    #expect(landmarks.filter { $0 == .notHTTP }.count == 1)
  }

  @Test func aHeadWithoutEndIsGivenUp() {
    var scanner = HTTPMessageScanner()
    #expect(scanner.scan(Array("HTTP/1.1 200 OK\r\nX: ".utf8)) == [.responseStart])
    let flood = [UInt8](repeating: 0x61, count: Limits.responseHeadBytes)
    #expect(scanner.scan(flood) == [.notHTTP])
    #expect(scanner.scan(flood).isEmpty)
  }

  @Test func originsAddUp() {
    let one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    var scanner = HTTPMessageScanner()
    _ = scanner.scan(Array((one + one + one).utf8))
    #expect(scanner.isIdle)
    #expect(scanner.responseOrigin == 2 * one.utf8.count)
    #expect(scanner.rawCount == one.utf8.count)
    #expect(scanner.headEnd == one.utf8.count - 1)
  }

  /// The counter and the parser must agree on any bytes whatever.
  @Test(arguments: 0..<120)
  func countsAsTheParserDoes(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "\n", "\r", "\r\n", "\n\n", "data", "data:", "data: a\n", ":", " ", "x", "\u{FEFF}", "da",
    ]
    let body = Garbage.make(from: alphabet, count: 40, using: &random)
    var parser = SSEParser()
    let events = parser.feed(body).filter {
      if case .event = $0.kind { return true }
      return false
    }
    let head = Array((Self.stream + "\r\n").utf8)
    let found = Self.scan(head + body, closes: true).compactMap { landmark -> Int? in
      guard case .event(_, let end) = landmark else { return nil }
      return end - head.count
    }
    #expect(found.count == events.count)
    for (event, end) in zip(events, found) { #expect(end == event.end || end == event.end + 1) }
    var chunked: [UInt8] = Array((Self.stream + "Transfer-Encoding: chunked\r\n\r\n").utf8)
    for piece in ChunkVerifier.pieces(of: body, size: 3) { chunked += ChunkedCoding.frame(piece) }
    let landmarks = Self.scan(chunked + ChunkedCoding.last)
    #expect(landmarks.count == events.count + 3)
  }

  @Test(arguments: 0..<60)
  func randomInputNeverCrashes(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 C\r\n\r\n", "\r\n", "Content-Length: 9\r\n",
      "data: a\n\n",
      "Transfer-Encoding: chunked\r\n", "9\r\ndata: a\n\n\r\n", "0\r\n\r\n",
      "Content-Type: text/event-stream\r\n",
    ]
    _ = Self.scan(Garbage.make(from: alphabet, count: 20, using: &random), closes: true)
  }
}
