import Core
import Testing
import TestSupport
import Wire

/// RFC 9112 as a server reads it, request smuggling included.
struct HTTPRequestParserTests {
  struct Reading: Equatable {
    var requests: [HTTPRequest] = []
    var heads = 0
    var failure: HTTPRequestParser.Failure?
    var isIdle = true
    var isInBody = false
    var tunnelled: [UInt8] = []
  }

  static func read(_ bytes: [UInt8]) -> Reading {
    func run(_ pieces: [ArraySlice<UInt8>]) -> Reading {
      var parser = HTTPRequestParser()
      var reading = Reading()
      for piece in pieces {
        let result = parser.feed(piece)
        reading.requests += result.requests
        reading.heads += result.heads
        reading.failure = result.failure ?? reading.failure
      }
      reading.isIdle = parser.isIdle
      reading.isInBody = parser.isInBody
      reading.tunnelled = parser.tunnelled
      return reading
    }
    #expect(ChunkVerifier.difference(bytes, run: run) == nil)
    return run([bytes[...]])
  }

  static func read(_ text: String) -> Reading { read(Array(text.utf8)) }

  /// A POST with these header lines (each with its CR LF) and what follows the head.
  static func post(_ fields: String, _ rest: String = "") -> Reading {
    read("POST /v1 HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(rest)")
  }

  @Test func aRequestWithoutBody() throws {
    let text = "GET /v1/models?x=1 HTTP/1.1\r\nHost: a:80\r\nX-Empty:\r\nx-b:  c d \t\r\n\r\n"
    let reading = Self.read(text)
    let request = try #require(reading.requests.first)
    #expect(reading.requests.count == 1 && reading.heads == 1 && reading.isIdle)
    #expect(request.method == "GET")
    #expect(request.target == "/v1/models?x=1")
    #expect(request.path == "/v1/models")
    #expect(request.minorVersion == 1)
    #expect(request.headers.map(\.name) == ["Host", "X-Empty", "x-b"])
    #expect(request.headers.map(\.value) == ["a:80", "", "c d"])
    #expect(request.head == Array(text.utf8))
    #expect(request.body.isEmpty)
  }

  @Test func bodies() {
    let sized = Self.post("Content-Length: 5\r\n", "hello")
    #expect(sized.requests.map(\.body) == [Array("hello".utf8)])
    let chunked = Self.post(
      "Transfer-Encoding: Chunked\r\n", "2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: 1\r\n\r\n")
    #expect(chunked.requests.map(\.body) == [Array("hello".utf8)])
    #expect(Self.post("Content-Length: 0\r\n").requests.map(\.body) == [[]])
    #expect(Self.post("Content-Length: 0005\r\n", "hello").requests.count == 1)
    let partial = Self.post("Content-Length: 6\r\n", "hello")
    #expect(partial.requests.isEmpty && partial.heads == 1 && partial.isInBody && !partial.isIdle)
  }

  @Test func versions() {
    #expect(Self.read("GET / HTTP/1.0\r\n\r\n").requests.first?.minorVersion == 0)
    #expect(Self.read("GET / HTTP/1.7\r\nHost: h\r\n\r\n").requests.first?.minorVersion == 1)
    #expect(
      Self.read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").failure == .unknownVersion("HTTP/2.0"))
    #expect(Self.read("GET / HTTP/0.9\r\n\r\n").failure?.status == 505)
  }

  @Test func pipelinedRequestsAndEmptyLinesBeforeThem() {
    let one = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
    let two = "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    let reading = Self.read("\r\n\r\n" + one + "\r\n" + two + one + "GET /c")
    #expect(reading.requests.map(\.target) == ["/a", "/b", "/a"])
    #expect(reading.requests.first?.head.starts(with: "POST".utf8) == true)
    #expect(reading.failure == nil && !reading.isIdle && !reading.isInBody)
  }

  @Test func afterCONNECTTheBytesAreATunnel() {
    let reading = Self.read("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n\u{16}\u{3}\u{1}GET")
    #expect(reading.requests.map(\.target) == ["h:443"])
    #expect(reading.tunnelled == [0x16, 3, 1] + Array("GET".utf8))
    #expect(reading.failure == nil)
  }

  @Test func expectContinueIsSaidOnceAndOnlyWhileTheClientWaits() {
    let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n"
    var parser = HTTPRequestParser()
    #expect(parser.feed(Array(head.utf8).dropLast()).expectsContinue == false)
    #expect(parser.feed([0x0A]).expectsContinue)
    #expect(parser.feed([0x61]).expectsContinue == false)
    #expect(parser.feed([0x61]).requests.count == 1)
    #expect(parser.feed(Array((head + "x").utf8)).expectsContinue == false)
    parser = HTTPRequestParser()
    let old = head.replacing("HTTP/1.1", with: "HTTP/1.0")
    #expect(parser.feed(Array(old.utf8)).expectsContinue == false)
  }

  @Test(arguments: [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: -5\r\n", "Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n",
    "Content-Length: \r\n", "Content-Length: ٥\r\n", "Content-Length : 5\r\n",
    "Transfer-Encoding : chunked\r\n", " Content-Length: 5\r\n", "X: a\r\n b\r\n",
    "X: a\r\n\tb\r\n",
    "Transfer-Encoding: chunked, chunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\r\n",
    "Transfer-Encoding: \u{B}chunked\r\n", "Host: other\r\n", "NoColon\r\n", ": x\r\n",
    "X Y: z\r\n",
    "X: a\nContent-Length: 5\r\n", "X: a\rContent-Length: 5\r\n", "X: a\0b\r\n", "X: a\u{7F}\r\n",
    "X(: a\r\n", "Ħ: a\r\n", "\rX: a\r\n",
  ])
  func refusedFields(_ fields: String) {
    let reading = Self.post(fields, "hello")
    #expect(reading.failure?.status == 400)
    #expect(reading.requests.isEmpty)
  }

  @Test(arguments: [
    "GET /\r\n", "GET  / HTTP/1.1\r\n", "GET / HTTP/1.1 \r\n", " GET / HTTP/1.1\r\n",
    "GET\t/ HTTP/1.1\r\n", "G(T / HTTP/1.1\r\n", "GET / http/1.1\r\n", "GET / HTTP/1\r\n",
    "GET / HTTP/11\r\n", "GET / HTTP/1.10\r\n", "GET /é HTTP/1.1\r\n", "/ HTTP/1.1\r\n",
    "GET / a HTTP/1.1\r\n", "\n", "\rG", "GET / HTTP/1.1\n", "\u{16}\u{3}\u{1}\r\n",
  ])
  func refusedRequestLines(_ line: String) {
    let reading = Self.read(line + "Host: h\r\n\r\n")
    #expect(reading.failure?.status == 400)
    #expect(reading.requests.isEmpty)
  }

  @Test(arguments: [
    "gzip, chunked", "identity", "xchunked", "chunked;q=1", "gzip", "chun ked", "\u{212A}",
    "\"chunked\"",
    "chun\u{212A}ed",
  ])
  func unknownTransferCodings(_ coding: String) {
    #expect(Self.post("Transfer-Encoding: \(coding)\r\n").failure?.status == 501)
  }

  @Test func hostAndOldVersion() {
    #expect(Self.read("GET / HTTP/1.1\r\n\r\n").failure == .malformed("no Host"))
    #expect(Self.read("GET / HTTP/1.1\r\nHost:\r\n\r\n").requests.count == 1)
    #expect(Self.read("GET / HTTP/1.1\r\nHost: a b\r\n\r\n").failure?.status == 400)
    #expect(Self.read("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n").failure?.status == 400)
    let old = Self.read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    #expect(old.failure?.status == 400)
  }

  @Test func aSmuggledRequestIsNeverRead() {
    let reading = Self.post(
      "Transfer-Encoding: chunked\r\n",
      "5\r\nhello\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(reading.failure?.status == 400)
    #expect(reading.requests.isEmpty)
    let complete = Self.post(
      "Content-Length: 5\r\n", "hello!!\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(complete.requests.count == 1)
    #expect(complete.failure?.status == 400)
  }

  @Test func limits() {
    func feed(_ text: String, then count: Int = 0) -> HTTPRequestParser.Result {
      var parser = HTTPRequestParser()
      let first = parser.feed(Array(text.utf8))
      if first.failure != nil || count == 0 { return first }
      return parser.feed([UInt8](repeating: 0x61, count: count))
    }
    let line = "GET / HTTP/1.1\r\nHost: h\r\nX: "
    #expect(feed(line, then: Limits.requestHeadBytes).failure == .headTooLarge)
    let room = Limits.requestHeadBytes - line.utf8.count - 4
    let fits = line + String(repeating: "a", count: room) + "\r\n\r\n"
    #expect(feed(fits).requests.first?.head.count == Limits.requestHeadBytes)
    #expect(feed(line + "a" + fits.dropFirst(line.count)).failure?.status == 431)
    let post = "POST / HTTP/1.1\r\nHost: h\r\n"
    let most = Limits.requestBodyBytes
    #expect(feed(post + "Content-Length: \(most + 1)\r\n\r\n").failure == .bodyTooLarge(most))
    #expect(feed(post + "Content-Length: 99999999999999999999\r\n\r\n").failure?.status == 413)
    #expect(feed(post + "Content-Length: \(most)\r\n\r\n", then: most).requests.count == 1)
    let size = String(most + 1, radix: 16)
    let chunked = post + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n"
    #expect(feed(chunked, then: most + 1).failure == .bodyTooLarge(most))
  }

  @Test func failuresStayAndExplainThemselves() {
    var parser = HTTPRequestParser()
    #expect(parser.feed([0x0A]).failure?.status == 400)
    #expect(parser.feed(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)).failure?.status == 400)
    #expect(
      HTTPRequestParser.Failure.malformed("no Host").message == "The request is malformed: no Host."
    )
    #expect(HTTPRequestParser.Failure.headTooLarge.message.contains("65536"))
  }

  @Test(arguments: 0..<60)
  func randomInputNeverCrashes(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.0\r\n", "\r\n", "\r\n\r\n",
      "Content-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\n", "1\r\nx\r\n", "0\r\n\r\n", " ", ":", "x",
      "CONNECT h:1 HTTP/1.1\r\n",
    ]
    _ = Self.read(Garbage.make(from: alphabet, count: 16, using: &random))
  }
}
