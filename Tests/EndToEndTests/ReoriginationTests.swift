import Core
import Harness
import Platform
import Testing
import Wire

/// Plain HTTP/1 in, libcurl out: what the client and the upstream each see of the other.
@Suite(.waits) struct ReoriginationTests {
  private let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

  @Test func theHeadIsSentOnAsItIs() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange(
      """
      POST /chat?a=%20b&c HTTP/1.1\r\nHost: here\r\nauthorization: Bearer sk-1\r\n\
      Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Empty:\r\nX-Two: 1\r\nx-two: 2\r\n\
      Accept-Encoding: gzip\r\nTE: trailers\r\nContent-Length: 5\r\n\r\nhello
      """)
    #expect(stage.run { server.text.hasSuffix("hello") })
    #expect(
      server.text == """
        POST /v1/chat?a=%20b&c HTTP/1.1\r\nHost: \(stage.server.endpoint)\r\n\
        authorization: Bearer sk-1\r\nX-Empty:\r\nX-Two: 1\r\nx-two: 2\r\n\
        Accept-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello
        """)
    server.send(
      """
      HTTP/1.1 201 Made Up\r\nServer: s\r\nConnection: X-Hop\r\nX-Hop: 1\r\nx-a: \u{e9}\r\n\
      Keep-Alive: timeout=5\r\nContent-Length: 2\r\nX-Last:\r\n\r\nok
      """.utf8)
    let answer = """
      HTTP/1.1 201 Made Up\r\nServer: s\r\nx-a: \u{e9}\r\nContent-Length: 2\r\nX-Last:\r\n\r\nok
      """
    #expect(stage.run { client.text == answer })
  }

  /// Each event is with the client before the next is written.
  @Test func everyPieceIsPassedOnAtOnce() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
    var expected = "\(head)Transfer-Encoding: chunked\r\n\r\n"
    #expect(stage.run { client.text == expected })
    for number in 0..<20 {
      let event = "data: \(number)\n\n"
      let chunk = "\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n"
      server.send(chunk.utf8)
      expected += chunk
      #expect(stage.run { client.text == expected })
    }
    server.send("0\r\nX-Trailer: 1\r\n\r\n".utf8)
    #expect(stage.run { client.text == expected + "0\r\n\r\n" })
    #expect(client.end == .open)
  }

  @Test func requestsOfOneConnectionReuseTheUpstreams() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    for number in 1...3 {
      server.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)".utf8)
      #expect(stage.run { client.text.hasSuffix("\r\n\r\n\(number)") })
      let before = server.received.count
      client.send("GET /again HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
      #expect(stage.run { server.received.count > before })
    }
    #expect(stage.server.accepted.count == 1)
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let request = { (number: Int) in "GET /\(number) HTTP/1.1\r\nHost: here\r\n\r\n" }
    let (client, server) = try stage.exchange((1...5).map(request).joined())
    for number in 1...5 {
      #expect(stage.run { server.text.contains("GET /v1/\(number) ") })
      #expect(!server.text.contains("GET /v1/\(number + 1) "))
      server.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)".utf8)
    }
    #expect(stage.run { client.text.count("\r\n\r\n") == 5 && client.text.hasSuffix("5") })
  }

  @Test(arguments: [
    ("HEAD", "200 OK\r\nContent-Length: 1000"), ("GET", "204 No Content"),
    ("GET", "304 Not Modified\r\nContent-Length: 1000"),
  ])
  func answersWithoutABodyEndWithTheirHead(_ method: String, _ answer: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange("\(method) / HTTP/1.1\r\nHost: here\r\n\r\n")
    server.send("HTTP/1.1 \(answer)\r\n\r\n".utf8)
    #expect(stage.run { client.text == "HTTP/1.1 \(answer)\r\n\r\n" })
    client.send("GET /next HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
    #expect(stage.run { server.text.contains("GET /v1/next") })
    #expect(stage.server.accepted.count == 1)
  }

  @Test func chunkedRequestsAndExpectationsAreAnsweredHere() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let client = try stage.client()
    client.send(
      """
      PUT /up HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n
      """.utf8)
    #expect(stage.run { client.text == "HTTP/1.1 100 Continue\r\n\r\n" })
    #expect(stage.server.accepted.isEmpty)
    client.send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n".utf8)
    #expect(stage.run { stage.server.accepted.first?.text.hasSuffix("abcde") == true })
    let server = try #require(stage.server.accepted.first)
    #expect(server.text.hasPrefix("PUT /v1/up HTTP/1.1\r\n"))
    #expect(server.text.contains("\r\nContent-Length: 5\r\n"))
    #expect(!server.text.contains("Expect"))
    server.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n".utf8)
    server.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
    #expect(stage.run { client.text.hasSuffix("200 OK\r\nContent-Length: 0\r\n\r\n") })
    #expect(client.text.contains("103 Early Hints\r\nLink: a\r\n\r\n"))
  }

  @Test func oldClientsGetABodyThatTheCloseEnds() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange("GET / HTTP/1.0\r\n\r\n")
    server.send("\(head)Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n".utf8)
    #expect(stage.run { client.end == .finished })
    #expect(client.text == "\(head)Connection: close\r\n\r\nab")
  }

  /// 8 MiB up and down, the same bytes.
  @Test func largeBodiesKeepTheirBytes() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let body = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let (client, server) = try stage.exchange(
      "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n")
    server.send(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
    server.send(body)
    #expect(stage.run { client.received.count > body.count })
    #expect(client.received.suffix(body.count).elementsEqual(body))
    let before = server.received.count
    client.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
    client.send(body)
    #expect(stage.run { server.received.count > before + body.count })
    #expect(server.received.suffix(body.count).elementsEqual(body))
  }
}
