import Core
import Harness
import Platform
import Testing
import Wire

/// How exchanges through a gateway end that do not end well: who leaves, and what the other sees.
@Suite(.waits) struct ReoriginationEndTests {
  private let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
  private let chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"

  // MARK: The client leaves

  @Test(arguments: [false, true], [false, true])
  func aClientThatLeavesCancels(_ hasAnswer: Bool, _ resets: Bool) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    if hasAnswer {
      server.send("\(head)\(chunked)".utf8)
      #expect(stage.run { client.text.hasSuffix(chunked) })
    }
    if resets { client.reset() } else { client.close() }
    #expect(stage.run { server.end != .open })
    #expect(stage.proxy.activeTransfers == 0)
  }

  // MARK: The upstream ends in mid-answer

  @Test(arguments: [
    "Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  ])
  func aResetInMidAnswerIsAReset(_ rest: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("\(head)\(rest)".utf8)
    #expect(stage.run { client.text == head + rest })
    server.reset()
    #expect(stage.run { client.end == .reset })
    #expect(client.text == head + rest)
  }

  @Test(arguments: [
    "Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  ])
  func aCloseInMidAnswerIsNoEnd(_ rest: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("\(head)\(rest)".utf8)
    #expect(stage.run { client.text == head + rest })
    server.close()
    #expect(stage.run { client.end == .finished })
    #expect(client.text == head + rest)
  }

  /// To a client of HTTP/1.0 a close says that the body is whole, so it must not come.
  @Test func aCloseInMidAnswerIsAResetToOldClients() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange("GET / HTTP/1.0\r\n\r\n")
    server.send("\(head)\(chunked)".utf8)
    #expect(stage.run { client.text.hasSuffix("hello") })
    server.close()
    #expect(stage.run { client.end == .reset })
  }

  @Test func aCloseThatEndsTheBodyIsAnEnd() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("\(head)\r\nhello".utf8)
    server.finish()
    #expect(stage.run { client.text.hasSuffix("0\r\n\r\n") })
    #expect(client.text == "\(head)\(chunked)0\r\n\r\n")
    #expect(client.end == .open)
  }

  @Test(arguments: [false, true])
  func anEndInsteadOfAnAnswerIsPassedOn(_ resets: Bool) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    if resets { server.reset() } else { server.close() }
    #expect(stage.run { client.end != .open })
    #expect(client.end == (resets ? .reset : .finished))
    #expect(client.received.isEmpty)
  }

  /// libcurl would send it again, and the upstream would see a request twice that was made once.
  @Test(arguments: [false, true])
  func aRequestIsSentOnce(_ resets: Bool) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1".utf8)
    #expect(stage.run { client.text.hasSuffix("1") })
    let (answered, asked) = (client.received.count, server.received.count)
    client.send("POST /again HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n".utf8)
    #expect(stage.run { server.received.count > asked })
    if resets { server.reset() } else { server.close() }
    #expect(stage.run { client.end != .open })
    #expect(client.end == (resets ? .reset : .finished))
    #expect(client.received.count == answered)
    #expect(stage.server.accepted.dropFirst().allSatisfy { $0.received.isEmpty })
  }

  // MARK: Answers of the gateway's own

  @Test func anUpstreamThatRefusesIsA502AndTheConnectionGoesOn() throws {
    let (listener, closed) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    Socket.close(listener)
    let stage = try FaultProxyStage(base: "http://\(closed)")
    let client = try stage.client()
    let request = "GET /a HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer sk-secret\r\n\r\n"
    client.send(request.utf8)
    #expect(stage.run { client.text.hasSuffix("}") })
    let size = client.received.count
    client.send(String(repeating: request, count: 1_999).utf8)
    #expect(stage.run { client.received.count >= 1_999 * size })
    #expect(stage.run { client.text.count("HTTP/1.1 502 Bad Gateway\r\n") == 2_000 })
    #expect(client.text.contains(#"{"error":{"message":"The upstream cannot be reached: "#))
    #expect(client.text.contains("Failed to connect to 127.0.0.1 port \(closed.port)"))
    #expect(!client.text.contains("sk-secret"))
    #expect(client.end == .open)
  }

  @Test func aNameThatDoesNotResolveIsA502() throws {
    let stage = try FaultProxyStage(base: "http://no-such-host.invalid")
    let client = try stage.client()
    client.send("HEAD /a HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".utf8)
    #expect(stage.run { client.end == .finished })
    #expect(client.text.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
    #expect(client.text.hasSuffix("Connection: close\r\n\r\n"))
  }

  @Test func aPlainServerBehindHTTPSIsA502() throws {
    let stage = try FaultProxyStage(base: "https://SERVER/v1")
    let client = try stage.client()
    client.send("GET /a HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
    #expect(stage.run { !stage.server.accepted.isEmpty })
    stage.server.accepted.first?.send("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
    #expect(stage.run { client.text.contains("502 Bad Gateway") })
    #expect(client.text.contains("SSL"))
  }

  @Test(arguments: [
    "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
  ])
  func anAnswerThatIsNoneIsA502(_ answer: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    server.send(answer.utf8)
    #expect(stage.run { client.text.contains("502 Bad Gateway") })
    #expect(client.text.contains("The upstream's answer is malformed"), "\(client.text)")
    #expect(stage.run { server.end != .open })
  }

  @Test(arguments: [
    (413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(Limits.requestBodyBytes + 1)\r\n\r\n"),
    (431, "GET / HTTP/1.1\r\nHost: x\r\nX: LONG\r\n\r\n"),
    (400, "garbage\r\n\r\n"), (400, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"),
    (400, "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"),
    (400, "GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n"),
  ])
  func whatCannotBeSentOnIsRefused(_ status: Int, _ request: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let client = try stage.client()
    let long = String(repeating: "a", count: Limits.requestHeadBytes)
    client.send(request.replacing("LONG", with: long).utf8)
    #expect(stage.run { client.end != .open })
    #expect(client.text.hasPrefix("HTTP/1.1 \(status) "), "\(client.text.prefix(80))")
    #expect(client.text.contains(#"{"error":{"message":"#))
    #expect(client.text.contains("\r\nConnection: close\r\n"))
    #expect(stage.server.accepted.isEmpty)
  }

  // MARK: Slow readers

  @Test(arguments: ["Content-Length: \(64 << 20)\r\n\r\n", "\r\n"])
  func aSlowClientIsBounded(_ framing: String) throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let size = 64 << 20
    let (client, server) = try stage.exchange()
    client.reads = false
    server.send("HTTP/1.1 200 OK\r\n\(framing)".utf8)
    server.send([UInt8](repeating: UInt8(ascii: "x"), count: size))
    stage.runUntilStuck(server)
    // What the kernels of three sockets hold, and next to nothing besides.
    #expect(server.unsent > 16 << 20)
    // Nobody else waits for it.
    let (other, second) = try stage.exchange()
    second.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1".utf8)
    #expect(stage.run { other.text.hasSuffix("1") })
    server.finish()
    client.reads = true
    #expect(stage.run { client.received.count >= size && server.unsent == 0 })
  }

  @Test func aSlowClientThatLeavesCancels() throws {
    let stage = try FaultProxyStage(base: FaultProxyStage.base)
    let (client, server) = try stage.exchange()
    client.reads = false
    server.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n".utf8)
    server.send([UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20))
    stage.runUntilStuck(server)
    client.reset()
    #expect(stage.run { server.unsent == 0 && stage.proxy.activeTransfers == 0 })
  }
}
