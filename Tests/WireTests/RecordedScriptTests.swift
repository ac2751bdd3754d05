import Core
import Testing
import Wire

/// From a recorded answer to the script that plays it, and what its provider then writes.
@Suite struct RecordedScriptTests {
  private static func event(_ delta: String, _ finish: String = "null") -> String {
    "data: {\"choices\":[{\"index\":0,\"delta\":{\(delta)},\"finish_reason\":\(finish)}]}\n\n"
  }
  private static let usage =
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
    + "\"total_tokens\":7}}\n\n"
  private static let one = event("\"content\":\"h\u{e9}\"")
  private static let two = event("\"content\":\"llo\"")
  private static let end = event("", "\"stop\"") + usage + "data: [DONE]\n\n"

  /// An answer in these reads, the first after 100 ms and each next one 30 ms later.
  private static func exchange(
    _ reads: [String], type: String = "text/event-stream", status: Int = 200,
    gap: Int64 = 30, end: RecordedClose? = nil, coding: String = ""
  ) -> RecordedExchange {
    let head = "HTTP/1.1 \(status) OK\r\nContent-Type: \(type)\r\n\(coding)"
    var wire = reads.map { ChunkedCoding.frame(Array($0.utf8)) }
    wire[0] = Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8) + wire[0]
    if end == nil { wire.append(ChunkedCoding.last) }
    let pieces = wire.enumerated().map {
      RecordedPiece(after: .milliseconds(100 + gap * Int64($0.offset)), bytes: $0.element)
    }
    return RecordedExchange(
      request: nil, startedAt: .zero, requestedAt: .zero, pieces: pieces, end: end,
      isWhole: end == nil)
  }

  private static func script(
    _ exchanges: [RecordedExchange], answer: Int? = nil
  ) throws -> ProviderScript {
    try RecordedScript.of(exchanges, answer: answer, dialect: OpenAIChat())
  }

  @Test func readsTimesAndEventsAreThoseOfTheRecording() throws {
    let cut = Array(Self.two).count / 2
    let reads = [
      Self.event("\"role\":\"assistant\"") + Self.one, String(Self.two.prefix(cut)),
      Self.two.dropFirst(cut) + ": ping\n\n", Self.end,
    ]
    let script = try Self.script([Self.exchange(reads)])
    #expect(script.think == .constant(.milliseconds(100)))
    #expect(script.recorded.map { String(decoding: $0.bytes, as: UTF8.self) } == reads)
    #expect(script.recorded.map(\.gap.milliseconds) == [0, 30, 30, 30])
    #expect(
      script.recorded.map { $0.events.map(\.kind) } == [
        [.role, .token(0)], [], [.token(1), .comment], [.finish, .usage, .done],
      ])
    let texts = script.recorded.flatMap(\.events).map(\.text).filter { !$0.isEmpty }
    #expect(texts == ["h\u{e9}", "llo"].map { Array($0.utf8) })
    #expect(script.steps.suffix(3).first == .finish("stop"))
    #expect(
      script.steps.contains(
        .usage(UsageStep(prompt: 5, completion: 2, cached: 0, reasoning: 0))))
  }

  @Test func theProviderWritesEachReadAtItsTimeAndKnowsWhatIsInIt() throws {
    let reads = [Self.one, Self.two, Self.end]
    var bench = SessionBench(try Self.script([Self.exchange(reads)]))
    let start = bench.now
    bench.receive(SessionBench.request())
    bench.run()
    #expect(bench.answers.map { String(decoding: $0.body, as: UTF8.self) } == [reads.joined()])
    #expect(
      bench.sends.map { ($0.at - start).milliseconds } == [100, 130, 160, 160],
      "the head goes with the first read, and the last chunk follows the last")
    let exchange = try #require(bench.finished.first)
    #expect(exchange.tokensPlanned == 2 && exchange.texts.count == 2)
    #expect(exchange.end == .finished && exchange.status == 200)
    #expect(
      exchange.writes.map(\.kind) == [.token(0), .token(1), .finish, .usage, .done])
    #expect(exchange.writes.map { ($0.instant - start).milliseconds } == [100, 130, 160, 160, 160])
  }

  @Test(arguments: [(RecordedClose.How.fin, Step.close), (.reset, .reset), (.silence, .stall(nil))])
  func anAnswerThatBrokeOffBreaksOff(how: RecordedClose.How, step: Step) throws {
    let end = RecordedClose(how: how, after: .milliseconds(500))
    let script = try Self.script([Self.exchange([Self.one, Self.two], end: end)])
    #expect(script.steps.last == step)
    var bench = SessionBench(script)
    let start = bench.now
    bench.receive(SessionBench.request())
    bench.run()
    switch how {
    case .fin: #expect(bench.closedAt.map { ($0 - start).milliseconds } == 500)
    case .reset: #expect(bench.resetAt.map { ($0 - start).milliseconds } == 500)
    case .silence: #expect(bench.closedAt == nil && bench.finished.isEmpty)
    }
  }

  @Test func readsThatWereCloseTogetherStayApart() throws {
    let script = try Self.script([Self.exchange([Self.one, Self.two, Self.end], gap: 0)])
    #expect(script.recorded.dropFirst().allSatisfy { $0.gap == ReplaySession.spacing })
  }

  @Test func theAnswerThatIsMeant() throws {
    let exchanges = [
      Self.exchange(["{}"], type: "application/json"), Self.exchange([Self.one]),
      Self.exchange([Self.two]), Self.exchange([Self.two], status: 429),
      Self.exchange([Self.two], coding: "Content-Encoding: gzip\r\n"),
    ]
    func text(_ answer: Int?) throws -> [UInt8]? {
      try Self.script(exchanges, answer: answer).recorded.first?.bytes
    }
    #expect(try text(nil) == Array(Self.one.utf8))
    #expect(try text(3) == Array(Self.two.utf8))
    for (answer, mention) in [
      (1, "its answer 1 is no event stream"), (4, "no event stream"), (5, "or is coded"),
      (6, "it has no answer 6: there are 5"),
    ] {
      let error = #expect(throws: RecordingError.self) { try text(answer) }
      #expect(error?.message.contains(mention) == true)
    }
    let none = #expect(throws: RecordingError.self) { try Self.script([exchanges[0]]) }
    #expect(none?.message == "none of its 1 answers is an event stream")
    let empty = #expect(throws: RecordingError.self) { try Self.script([Self.exchange(["data"])]) }
    #expect(empty?.message == "there is no event in its stream")
  }
}
