import Core
import Testing
import Wire

/// Streams as the scripted provider serves them: framing, records, the ends a script can have.
@Suite struct ProviderSessionTests {
  private let nonce = Nonce(value: 0xABCD)
  private let begin = Instant(nanoseconds: 1_000_000_000)

  private func script(_ steps: [Step]) -> ProviderScript {
    ProviderScript(think: .constant(.milliseconds(20)), steps: steps)
  }

  private func text(_ tokens: Int) -> Step {
    .text(TextStep(tokens: tokens, gap: .constant(.milliseconds(10))))
  }

  @Test func oneStreamByteByByte() {
    var bench = SessionBench(script([.role("assistant"), text(2), .finish("stop"), .done]))
    bench.receive(SessionBench.request(Traffic(model: "m", usage: false)))
    bench.run()
    let head = """
      {"id":"chatcmpl-000000000000abcd","object":"chat.completion.chunk","created":1790000000,\
      "model":"m","service_tier":"default","system_fingerprint":"fp_relaymark","choices":[
      """
    let tail = #","logprobs":null,"finish_reason":"#
    let expected =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      + "Cache-Control: no-cache\r\nx-request-id: req_000000000000abcd\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n"
      + [
        head + #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null}"# + tail
          + "null}]}",
        head + #"{"index":0,"delta":{"content":"t0-0000abcd "}"# + tail + "null}]}",
        head + #"{"index":0,"delta":{"content":"t1-0000abcd "}"# + tail + "null}]}",
        head + #"{"index":0,"delta":{}"# + tail + #""stop"}]}"#,
        "[DONE]",
      ].map {
        let event = "data: \($0)\n\n"
        return "\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n"
      }.joined() + "0\r\n\r\n"
    #expect(bench.text == expected)
  }

  @Test func usageIsCountedFromTheWordsOfTheRequest() throws {
    var usage = UsageStep(prompt: 0, completion: 2, cached: 0, reasoning: 0)
    usage.counted = CountedTokens(plus: 120)
    usage.more = "\"cost\":0.10"
    var bench = SessionBench(script([text(2), .finish("stop"), .usage(usage), .done]))
    bench.receive(SessionBench.request(Traffic(model: "m", prompt: "one two  three")))
    bench.run()
    // The nonce is a word too.
    #expect(bench.text.contains("\"prompt_tokens\":124,"))
    #expect(bench.text.contains(",\"cost\":0.10}"))
    #expect(bench.finished.first?.usage?.prompt == 124)
  }

  @Test func theRecordHasWhatCameAndWhatWent() throws {
    var bench = SessionBench(script(ProviderScript.plainSteps))
    bench.writeDelay = .microseconds(3)
    let request = SessionBench.request()
    bench.receive(request)
    bench.run()
    let exchange = try #require(bench.finished.first)
    #expect(bench.finished.count == 1 && bench.closedAt == nil)
    #expect(exchange.nonce == nonce && exchange.connection == 3)
    #expect(exchange.method == "POST" && exchange.path == "/v1/chat/completions")
    #expect(
      exchange.head + exchange.body == Array(request.utf8)
        && exchange.body == OpenAIChat().request(Traffic(model: "m"), nonce: nonce).body)
    #expect(exchange.receivedAt == begin && exchange.status == 200)
    #expect(exchange.tokensPlanned == 20 && exchange.wantsStream && exchange.wantsUsage)
    #expect(exchange.headAt == begin + .milliseconds(20) + .microseconds(3))
    #expect(exchange.end == .finished && exchange.peerClosedAt == nil)
    #expect(exchange.endedAt == begin + .milliseconds(210) + .microseconds(3))
    #expect(
      exchange.writes.map(\.kind) == [.role] + (0..<20).map { .token($0) } + [
        .finish, .usage, .done,
      ])
    #expect(exchange.writes.allSatisfy { $0.instant - $0.due == .microseconds(3) })
    #expect(exchange.writes[20].due == begin + .milliseconds(210))
    let body = try #require(bench.answers.first).body
    #expect(exchange.writes.reduce(0) { $0 + $1.length } == body.count)
  }

  @Test func headAndFirstEventShareOneSend() {
    var bench = SessionBench(script([text(1), .done]))
    bench.receive(SessionBench.request())
    bench.run()
    #expect(bench.sends.map(\.id) == [0, 1, 2])
    #expect(bench.sends.map { $0.bytes.starts(with: "HTTP/1.1".utf8) } == [true, false, false])
    var early = SessionBench(
      ProviderScript(
        think: .constant(.milliseconds(20)), headers: .atOnce, steps: [text(1), .done]))
    early.receive(SessionBench.request())
    #expect(early.text.hasSuffix("\r\n\r\n") && early.sends.count == 1)
    early.run()
    #expect(early.sends[1].at == begin + .milliseconds(20))
    #expect(early.finished.first?.headAt == begin)
  }

  @Test func requestsInPiecesAreReadTheSame() {
    let bytes = Array(SessionBench.request().utf8)
    var whole = SessionBench(script(ProviderScript.plainSteps))
    whole.receive(bytes)
    whole.run()
    for size in [1, 2, 3] {
      var bench = SessionBench(script(ProviderScript.plainSteps))
      for start in stride(from: 0, to: bytes.count, by: size) {
        bench.receive(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      bench.run()
      #expect(bench.output == whole.output)
    }
  }

  @Test func theSameSeedGivesTheSameSendsWhateverElseIsServed() {
    let random = ProviderScript(
      think: .uniform(low: .milliseconds(1), high: .milliseconds(50)),
      steps: [
        .text(
          TextStep(tokens: 9, gap: .normal(mean: .milliseconds(5), deviation: .milliseconds(2))))
      ])
    func sends(seed: UInt64, connection: Int) -> [Int64] {
      var bench = SessionBench(random, seed: seed, connection: connection)
      bench.receive(SessionBench.request())
      bench.run()
      return bench.sends.map { ($0.at - begin).count }
    }
    #expect(sends(seed: 1, connection: 1) == sends(seed: 1, connection: 2))
    #expect(sends(seed: 1, connection: 1) != sends(seed: 2, connection: 1))
  }

  @Test func lateDriversDoNotShiftDeadlines() throws {
    var bench = SessionBench(script([text(5)]))
    bench.receive(SessionBench.request())
    bench.now = begin + .milliseconds(45)
    bench.carryOut(bench.session.due(at: bench.now))
    #expect(bench.sends.count == 1)
    bench.run()
    let writes = try #require(bench.finished.first).writes
    #expect(writes.map { ($0.due - begin).count / 1_000_000 } == [20, 30, 40, 50, 60])
    #expect(writes.map { ($0.instant - begin).count / 1_000_000 } == [45, 45, 45, 50, 60])
  }

  @Test func oneCallGivesOutABoundedNumberOfEvents() {
    var bench = SessionBench(
      ProviderScript(think: .zero, steps: [.text(TextStep(tokens: 1_000_000, gap: .zero))]))
    bench.writeDelay = nil
    bench.receive(SessionBench.request())
    #expect(bench.sends.count <= 64 && bench.session.nextDue == begin)
    bench.carryOut(bench.session.due(at: bench.now))
    #expect(bench.sends.count <= 128)
  }

  @Test func aCutIsAFinInsideTheFraming() {
    var bench = SessionBench(script([text(2), .close]))
    bench.receive(SessionBench.request())
    bench.run()
    #expect(bench.closedAt == begin + .milliseconds(30) && !bench.text.contains("0\r\n\r\n"))
    #expect(bench.finished.map(\.end) == [.closed] && bench.finished[0].writes.count == 2)
    var early = SessionBench(script([.close]))
    early.receive(SessionBench.request())
    early.run()
    #expect(early.output.isEmpty && early.closedAt == begin + .milliseconds(20))
    #expect(early.finished.map(\.status) == [0] && early.finished[0].headAt == nil)
  }

  @Test func aResetWaitsForWhatWasSentBefore() {
    var bench = SessionBench(script([text(1), .reset]))
    bench.writeDelay = nil
    bench.receive(SessionBench.request())
    bench.run(100)
    #expect(bench.resetAt == begin + .milliseconds(20) && bench.finished.isEmpty)
    bench.carryOut(bench.session.written(0, at: bench.now))
    #expect(bench.finished.map(\.end) == [.reset] && bench.closedAt == nil)
    #expect(bench.finished.map(\.endedAt) == [bench.now] && bench.session.nextDue == nil)
  }

  @Test func thePeerMayGoFirst() throws {
    for reset in [false, true] {
      var bench = SessionBench(script([text(2), .stall(nil)]))
      bench.receive(SessionBench.request())
      bench.run(500)
      #expect(bench.finished.isEmpty && bench.session.nextDue == nil)
      bench.carryOut(bench.session.peerClosed(at: bench.now, reset: reset))
      let exchange = try #require(bench.finished.first)
      #expect(exchange.end == (reset ? .peerReset : .peerClosed))
      #expect(exchange.peerClosedAt == bench.now && exchange.writes.count == 2)
      #expect(bench.closedAt == bench.now)
      #expect(bench.session.peerClosed(at: bench.now, reset: false).isEmpty)
    }
  }

  @Test func theEndOfTheRunLeavesARecord() {
    var bench = SessionBench(script([.stall(nil)]))
    bench.receive(SessionBench.request())
    bench.run(500)
    #expect(bench.output.isEmpty && !bench.session.isIdle)
    bench.carryOut(bench.session.abandon(at: bench.now))
    #expect(bench.finished.map(\.end) == [.unfinished])
    #expect(bench.finished[0].peerClosedAt == nil)
    #expect(bench.session.abandon(at: bench.now).isEmpty)
  }
}
