import Core
import Testing
import Wire

/// A gateway's decisions: requests as they are sent on, answers as they are passed back.
@Suite struct ReoriginationSessionTests {
  private let base = BaseURL("https://api.example.com/v1/")

  private func session() throws -> ReoriginationSession {
    ReoriginationSession(base: try #require(base))
  }

  private func sent(_ actions: [ReoriginationSession.Action]) -> String {
    actions.map { action in
      if case .send(let bytes) = action { return String(decoding: bytes, as: UTF8.self) }
      return "<\(action)>"
    }.joined()
  }

  private func lines(
    _ text: String, _ session: inout ReoriginationSession
  ) -> [ReoriginationSession.Action] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().flatMap {
      session.head(Array("\($0)\r\n".utf8).span)
    }
  }

  /// What the client gets for this head, given line by line.
  private func answer(_ head: String, to request: String = "GET / HTTP/1.1") throws -> String {
    var session = try session()
    _ = session.received("\(request)\r\nHost: h\r\n\r\n".utf8)
    return sent(lines(head, &session))
  }

  @Test(arguments: [
    ("http://h", "/a?b", "/a?b"), ("http://h/", "/", "/"), ("http://h/v1", "/", "/v1/"),
    ("http://h/v1/", "/a//b/../c%2F", "/v1/a//b/../c%2F"),
    ("HTTPS://h:8/v1?api-version=1", "/a", "/v1/a?api-version=1"),
    ("http://h/?x=1#frag", "/a?y=2", "/a?x=1&y=2"), ("http://h/v1", "/a?", "/v1/a?"),
    ("http://h/v1", "http://other/a?b", "/v1/a?b"), ("http://h", "http://other", "/"),
    ("http://h/v1", "*", "*"),
  ])
  func targetsGoBehindTheBase(_ base: String, _ target: String, _ expected: String) throws {
    #expect(try #require(BaseURL(base)).target(for: target) == expected)
  }

  @Test(arguments: [
    "", "h", "ftp://h", "http://", "http:///a", "http://user:secret@h", "http://h/a b", "http://:1",
    "//h",
  ])
  func whatIsNoBaseURL(_ text: String) { #expect(BaseURL(text) == nil) }

  @Test func requestsBeginInOrderWhenTheyAreComplete() throws {
    let requests =
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPUT /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
    for step in [1, 2, 3, 1_000] {
      var session = try session()
      var begun: [String] = []
      func note(_ actions: [ReoriginationSession.Action]) {
        for case .begin(let request) in actions {
          begun.append("\(request.method) \(request.target) \(request.body.count)")
        }
      }
      var rest = Array(requests.utf8)[...]
      while !rest.isEmpty {
        note(session.received(rest.prefix(step)))
        rest = rest.dropFirst(step)
      }
      #expect(begun == ["GET /v1/1 0"])
      note(lines("HTTP/1.1 204 No Content\n\n", &session))
      note(session.ended(.complete, detail: ""))
      #expect(begun == ["GET /v1/1 0", "PUT /v1/2 2"])
    }
  }

  @Test(arguments: [
    // A reason phrase is kept, or given where HTTP/2 has none.
    ("HTTP/1.0 200 Fine\nA: 1\n\n", "HTTP/1.1 200 Fine\nA: 1\nTransfer-Encoding: chunked\n\n"),
    (
      "HTTP/2 429 \na: 1\n\n",
      "HTTP/1.1 429 Too Many Requests\na: 1\nTransfer-Encoding: chunked\n\n"
    ),
    ("HTTP/1.1 599\nA: 1\n\n", "HTTP/1.1 599\nA: 1\nTransfer-Encoding: chunked\n\n"),
    // Only what is for this hop goes.
    (
      "HTTP/1.1 200 OK\nB:2\nConnection: close, x-HOP\nKeep-Alive: 1\nX-Hop: 1\nUpgrade: h3\nA:  1 \n\n",
      "HTTP/1.1 200 OK\nB:2\nA:  1 \nTransfer-Encoding: chunked\n\n"
    ),
    // The length is passed on, unless the transfer coding overrides it.
    ("HTTP/1.1 200 OK\nContent-Length: 5\n\n", "HTTP/1.1 200 OK\nContent-Length: 5\n\n"),
    (
      "HTTP/1.1 200 OK\nContent-Length: 5\nA: 1\nContent-Length: 5\n\n",
      "HTTP/1.1 200 OK\nContent-Length: 5\nA: 1\n\n"
    ),
    (
      "HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked\nA: 1\n\n",
      "HTTP/1.1 200 OK\nA: 1\nTransfer-Encoding: chunked\n\n"
    ),
    // A folded line is joined; a 100 is not passed on, another interim answer is.
    ("HTTP/1.1 204 OK\nA: 1\n\t 2\n\n", "HTTP/1.1 204 OK\nA: 1 2\n\n"),
    (
      "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: a\n\nHTTP/1.1 304 Not Modified\n\n",
      "HTTP/1.1 103 Early Hints\nLink: a\n\nHTTP/1.1 304 Not Modified\n\n"
    ),
  ])
  func headsAreRewritten(_ head: String, _ expected: String) throws {
    #expect(try answer(head) == expected.replacing("\n", with: "\r\n"))
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\nA: 1\n\n", "HTTP/1.1 200 OK\nA: 1\nConnection: close\n\n"),
    (
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\nConnection: keep-alive\n\n"
    ),
    ("HTTP/1.1 103 Early Hints\nA: 1\n\n", ""),
  ])
  func oldClientsAreSpokenToInTheirWords(_ head: String, _ expected: String) throws {
    let seen = try answer(head, to: "GET / HTTP/1.0\r\nConnection: keep-alive")
    #expect(seen == expected.replacing("\n", with: "\r\n"))
  }

  @Test(arguments: [
    "HTTP/1.1\n", "HTTP/1.1 99 X\n", "HTTP/1.1 200 OK\nContent-Length: 1\nContent-Length: 2\n\n",
    "HTTP/1.1 200 OK\nContent-Length: x\n\n", "HTTP/1.1 200 OK\nno colon\n\n",
    "HTTP/1.1 101 Switching Protocols\nUpgrade: x\n\n",
  ])
  func aHeadThatIsNoneIsA502(_ head: String) throws {
    let seen = try answer(head)
    #expect(seen.hasPrefix("<cancel>HTTP/1.1 502 Bad Gateway\r\n"), "\(seen)")
    #expect(seen.contains("The upstream's answer is malformed"))
  }

  @Test func aHeadWithoutEndIsBounded() throws {
    var session = try session()
    _ = session.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    _ = session.head(Array("HTTP/1.1 200 OK\r\n".utf8).span)
    let line = Array("A: \(String(repeating: "a", count: 1_020))\r\n".utf8)
    var actions: [ReoriginationSession.Action] = []
    for _ in 0...(Limits.responseHeadBytes >> 10) where actions.isEmpty {
      actions = session.head(line.span)
    }
    #expect(sent(actions).hasPrefix("<cancel>HTTP/1.1 502 "))
  }

  /// Each end of a transfer, before an answer, within one and for one that only a close would end.
  @Test(arguments: [
    (EndCondition.reset, "<reset>", "<reset>", "<reset>"),
    (.premature, "<finish>", "<finish>", "<reset>"),
    (.malformed, "502", "<finish>", "<reset>"), (.refused, "502", "<finish>", "<reset>"),
  ])
  func endsArePassedOnAsTheyAre(
    _ end: EndCondition, before: String, within: String, old: String
  ) throws {
    var session = try session()
    _ = session.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    #expect(sent(session.ended(.failed(end), detail: "why")).contains(before))
    for (version, expected) in [("1.1", within), ("1.0", old)] {
      session = try self.session()
      _ = session.received("GET / HTTP/\(version)\r\nHost: h\r\n\r\n".utf8)
      _ = lines("HTTP/1.1 200 OK\n\n", &session)
      #expect(sent(session.body(Array("hello".utf8).span)).contains("hello"))
      #expect(sent(session.ended(.failed(end), detail: "why")) == expected)
      #expect(session.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8).isEmpty)
    }
  }

  /// libcurl would have noticed; a body that is short is never made to look whole all the same.
  @Test func aShortBodyIsNotWhole() throws {
    var session = try session()
    _ = session.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    _ = lines("HTTP/1.1 200 OK\nContent-Length: 6\n\n", &session)
    #expect(sent(session.body(Array("hello".utf8).span)) == "hello")
    #expect(session.ended(.complete, detail: "") == [.finish])
  }

  @Test func aClientThatLeavesCancels() throws {
    var session = try session()
    #expect(session.clientFinished() == [.finish])
    session = try self.session()
    _ = session.received("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    #expect(session.clientFinished() == [.cancel, .finish])
    #expect(session.ended(.complete, detail: "").isEmpty)
  }
}
