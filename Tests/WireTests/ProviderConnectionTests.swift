import Core
import Testing
import Wire

/// Connections of the scripted provider: versions, reuse, probes and bad requests.
@Suite struct ProviderConnectionTests {
  private let script = ProviderScript(
    think: .constant(.milliseconds(20)),
    steps: [.text(TextStep(tokens: 2, gap: .constant(.milliseconds(10)))), .finish("stop"), .done])

  private func bench(_ requests: String...) -> SessionBench {
    var bench = SessionBench(script)
    for request in requests { bench.receive(request) }
    bench.run()
    return bench
  }

  private func words(_ nonce: Nonce) -> [NeutralEvent.Kind] {
    (0..<2).map { .output(.text, Array(TokenText.token($0, of: nonce).utf8)) }
  }

  private func kinds(_ body: [UInt8]) -> [NeutralEvent.Kind] {
    OpenAIChat().read(body).events.map(\.kind)
  }

  @Test func pipelinedRequestsAreAnsweredOneAfterTheOther() throws {
    let first = Nonce(value: 1)
    let second = Nonce(value: 2)
    let both = SessionBench.request(nonce: first) + SessionBench.request(nonce: second)
    for cut in [0, 10, 200, both.utf8.count - 1, both.utf8.count] {
      var bench = SessionBench(script)
      bench.receive(Array(both.utf8.prefix(cut)))
      bench.receive(Array(both.utf8.dropFirst(cut)))
      bench.run()
      #expect(bench.finished.map(\.nonce) == [first, second])
      let answers = bench.answers
      #expect(
        answers.map { kinds($0.body) }
          == [first, second].map { words($0) + [.finish("stop"), .terminator] })
      #expect(bench.finished[1].receivedAt == bench.finished[0].endedAt)
      #expect(bench.closedAt == nil && bench.session.isIdle)
    }
  }

  @Test func aConnectionIsUsedAgainHoursLater() {
    var bench = bench(SessionBench.request(nonce: Nonce(value: 1)))
    bench.now = bench.now + .seconds(20_000)
    bench.receive(SessionBench.request(nonce: Nonce(value: 2)))
    bench.run()
    #expect(bench.answers.count == 2 && bench.finished[1].end == .finished)
  }

  @Test func connectionCloseIsObeyed() throws {
    let bench = bench(SessionBench.request(fields: ["Connection: close"]))
    let answer = try #require(bench.answers.first)
    #expect(answer.head.contains("\r\nConnection: close\r\n"))
    #expect(answer.head.contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(kinds(answer.body).last == .terminator)
    #expect(bench.closedAt != nil && bench.finished.map(\.end) == [.finished])
  }

  @Test func oldClientsGetABodyThatEndsWithTheConnection() throws {
    for fields in [[], ["Connection: keep-alive"]] {
      let bench = bench(SessionBench.request(version: "1.0", fields: fields))
      let answer = try #require(bench.answers.first)
      #expect(!answer.head.contains("Transfer-Encoding"))
      #expect(answer.head.contains("\r\nConnection: close\r\n"))
      #expect(answer.body.starts(with: "data: {".utf8))
      #expect(kinds(answer.body).last == .terminator)
      #expect(bench.closedAt != nil && bench.finished.map(\.end) == [.finished])
    }
  }

  @Test func oldClientsKeepAConnectionWhoseAnswerHasALength() {
    let kept = bench("GET /v1/models HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(kept.text.contains("\r\nConnection: keep-alive\r\n") && kept.closedAt == nil)
    let closed = bench("GET /v1/models HTTP/1.0\r\n\r\n")
    #expect(closed.text.contains("\r\nConnection: close\r\n") && closed.closedAt != nil)
  }

  @Test func aBodyIsAskedFor() {
    let request = SessionBench.request(fields: ["Expect: 100-continue"])
    let end = request.firstRange(of: "\r\n\r\n")?.upperBound ?? request.endIndex
    var bench = SessionBench(script)
    bench.receive(String(request[..<end]))
    #expect(bench.text == "HTTP/1.1 100 Continue\r\n\r\n")
    bench.receive(String(request[end...]))
    bench.run()
    #expect(bench.answers.count == 2 && bench.finished.map(\.end) == [.finished])
    #expect(bench.finished[0].writes.count == 4)
  }

  @Test func aBodyIsAskedForWhenItsTurnComes() {
    let request = SessionBench.request(fields: ["Expect: 100-continue"])
    let end = request.firstRange(of: "\r\n\r\n")?.upperBound ?? request.endIndex
    var bench = SessionBench(script)
    bench.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + request[..<end])
    bench.run(0)
    #expect(bench.answers.map { $0.head.prefix(12) } == ["HTTP/1.1 200", "HTTP/1.1 100"])
    bench.receive(String(request[end...]))
    bench.run()
    #expect(bench.finished.count == 2)
  }

  @Test func probesAreAnswered() throws {
    for path in ["/v1/models", "/models?limit=1", "/", "/health", "/v1/models/abc"] {
      let bench = bench("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try #require(bench.answers.first)
      #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
      #expect((try? JSONValue.parse(answer.body)) != nil)
      #expect(bench.finished.map(\.nonce) == [nil] && bench.finished.map(\.status) == [200])
      #expect(bench.finished[0].writes.map(\.kind) == [.whole])
    }
    let list = try JSONValue.parse(bench("GET /models HTTP/1.1\r\nHost: x\r\n\r\n").answers[0].body)
    #expect(list["data"]?.array?.first?["id"]?.string == "relaymark-scripted")
    let one = try JSONValue.parse(
      bench("GET /v1/models/a-b HTTP/1.1\r\nHost: x\r\n\r\n").answers[0].body)
    #expect(one["id"]?.string == "a-b" && one["object"]?.string == "model")
  }

  @Test func headGetsTheHeadAlone() throws {
    let bench = bench("HEAD /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(bench.text.hasSuffix("\r\n\r\n") && bench.text.contains("\r\nContent-Length: 1"))
    #expect(bench.finished[0].writes.map(\.length) == [0] && bench.closedAt == nil)
  }

  @Test func unknownPathsAndBadBodiesAreTold() throws {
    let nonce = Nonce(value: 5)
    func post(_ path: String, _ body: String) -> SessionBench {
      bench(
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
    }
    let cases = [
      (post("/v1/completions", "{\"p\":\"\(nonce.promptMarker)\"}"), 404, nonce),
      (post("/v1/chat/completions", "{\"a\":"), 400, nil),
      (post("/v1/chat/completions", "[]"), 400, nil),
      (bench("DELETE /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n"), 404, nil),
    ]
    for (bench, status, nonce) in cases {
      let answer = try #require(bench.answers.first)
      #expect(answer.head.hasPrefix("HTTP/1.1 \(status) "))
      #expect(OpenAIChat().readError(answer.body)?.type == "invalid_request_error")
      #expect(bench.finished.map(\.status) == [status] && bench.finished[0].nonce == nonce)
      #expect(bench.closedAt == nil)
    }
  }

  @Test func whatIsNoRequestIsRefusedAndTheConnectionEnds() throws {
    let long = String(repeating: "x", count: Limits.requestHeadBytes)
    for (text, status) in [
      ("\u{1}\u{2}\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\nA: \(long)\r\n\r\n", 431),
      ("GET / HTTP/3.7\r\nHost: x\r\n\r\n", 505),
      ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413),
      ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ] {
      var bench = bench(text)
      let answer = try #require(bench.answers.first)
      #expect(answer.head.hasPrefix("HTTP/1.1 \(status) "), "\(status)")
      #expect(answer.head.contains("\r\nConnection: close\r\n"))
      #expect(OpenAIChat().readError(answer.body) != nil)
      #expect(bench.closedAt != nil && bench.finished.map(\.status) == [status])
      bench.receive(SessionBench.request())
      bench.run()
      #expect(bench.answers.count == 1)
    }
  }

  @Test func aGoodRequestBeforeABadOneIsAnswered() {
    let bench = bench(SessionBench.request() + "\u{1}")
    #expect(bench.finished.map(\.status) == [200, 400] && bench.closedAt != nil)
  }

  @Test func withoutStreamTheAnswerIsOneObject() throws {
    let bench = bench(SessionBench.request(Traffic(model: "m", stream: false)))
    let answer = try #require(bench.answers.first)
    #expect(answer.head.contains("\r\nContent-Type: application/json\r\n"))
    #expect(answer.head.contains("\r\nContent-Length: \(answer.body.count)\r\n"))
    let text = (0..<2).map { TokenText.token($0, of: Nonce(value: 0xABCD)) }.joined()
    #expect(
      OpenAIChat().readWhole(answer.body).events.map(\.kind) == [
        .role("assistant"), .output(.text, Array(text.utf8)), .finish("stop"),
      ])
    #expect(bench.sends.map(\.at) == [Instant(nanoseconds: 1_030_000_000)])
    #expect(!bench.finished[0].wantsStream && bench.finished[0].tokensPlanned == 2)
  }

  @Test func scriptedErrorsCarryStatusAndRetryAfter() throws {
    var bench = SessionBench(
      ProviderScript(
        think: .constant(.milliseconds(20)),
        steps: [.error(ErrorStep(status: 429, type: "t", message: "slow", retryAfter: 2))]))
    bench.receive(SessionBench.request())
    bench.run()
    let answer = try #require(bench.answers.first)
    #expect(answer.head.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
    #expect(answer.head.contains("\r\nRetry-After: 2\r\n"))
    #expect(
      OpenAIChat().readError(answer.body)
        == StreamError(message: "slow", type: "t", code: "rate_limit_exceeded"))
    #expect(bench.finished.map(\.status) == [429] && bench.closedAt == nil)
  }

  @Test func aPeerThatLeavesBetweenRequestsLeavesNoRecord() {
    var bench = bench(SessionBench.request())
    bench.carryOut(bench.session.peerClosed(at: bench.now, reset: false))
    #expect(bench.finished.count == 1 && bench.closedAt == bench.now)
    bench.receive(SessionBench.request())
    #expect(bench.session.nextDue == nil && bench.answers.count == 1)
  }

  @Test func aPeerThatSendsWithoutEndLosesTheConnection() {
    var bench = SessionBench(script)
    bench.receive(SessionBench.request())
    let flood = [UInt8](repeating: 0x41, count: 1 << 20)
    for _ in 0..<18 { bench.receive(flood) }
    bench.run()
    #expect(bench.closedAt != nil && bench.finished.map(\.end) == [.finished])
  }

  @Test func tooManyConnectionsAreTold() {
    let text = String(decoding: ProviderSession.refusal, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
    #expect(text.contains("\r\nConnection: close\r\n") && text.hasSuffix("}}"))
  }
}
