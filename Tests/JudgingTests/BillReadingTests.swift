import Core
import Judging
import Testing
import Wire

/// What answers say of their counts and their cost, to the last digit and in every dialect.
@Suite struct BillReadingTests {
  private func observation(
    _ body: [UInt8], _ dialect: any Dialect = OpenAIChat(), stream: Bool = true,
    headers: [HeaderField] = [], warmup: Bool = false, ordinal: Int = 3
  ) -> Observation {
    let zero = Instant(nanoseconds: 0)
    var exchange = Exchange(
      ordinal: ordinal, nonce: Nonce(seed: 7, ordinal: ordinal), warmup: warmup, intended: zero,
      started: zero)
    exchange.status = 200
    exchange.headers =
      [
        HeaderField(
          name: "Content-Type", value: stream ? dialect.streamMediaType : "application/json")
      ] + headers
    exchange.body = body
    exchange.transport = .complete
    exchange.timeline.append(ReadMark(instant: zero, offset: 0, length: body.count, wake: 1))
    return Observation(
      exchange: exchange, provider: [], faults: [], dialect: dialect, streamWanted: stream)
  }

  private static func answer(
    _ usage: UsageStep, in dialect: any Dialect, stream: Bool = true
  ) -> [UInt8] {
    let script = ProviderScript(steps: [
      .role("assistant"), .text(TextStep(tokens: 3, gap: .zero)), .finish("stop"), .usage(usage),
      .done,
    ])
    let request = ProviderRequest(
      model: "m-1", stream: stream, usage: true, nonce: Nonce(seed: 7, ordinal: 3))
    var player = ScriptPlayer(script: script, request: request, dialect: dialect, seed: 1)
    var body: [UInt8] = []
    while let action = player.next() {
      switch action {
      case .write(let bytes, _, _), .whole(_, _, let bytes, _): body += bytes
      case .recorded(let read, _): body += read.bytes
      default: break
      }
    }
    return body
  }

  @Test(arguments: Dialects.all.map(\.name), [true, false])
  func everyDialectIsUnderstoodAfterwards(name: String, stream: Bool) throws {
    let dialect = try #require(Dialects.named(name))
    let step = UsageStep(prompt: 1_237, completion: 419, cached: 1_024, reasoning: 311)
    let bill = try #require(
      BillReading.bill(
        observation(Self.answer(step, in: dialect, stream: stream), dialect, stream: stream),
        model: "asked", words: 9))
    #expect(bill.model == "asked" && bill.words == 9 && bill.ordinal == 3)
    let sent = try #require(bill.usage)
    let normal = UsageShape.of(dialect: name).normalise(sent)
    let buckets = try #require(normal.buckets, "\(normal.problems) \(sent)")
    let expected = dialect.usage(of: step)
    #expect(buckets.input == expected.prompt)
    #expect(buckets.output == expected.completion)
    #expect(buckets.cacheRead == (name == "ollama" ? 0 : expected.cached ?? 0))
  }

  @Test func numbersAndStringsStayAsTheyWereWritten() throws {
    let bill = try #require(
      BillReading.bill(
        observation(
          Self.answer(
            step(#""cost":0.000123456789012345678901,"cost_details":{"upstream":"0.10","x":null}"#),
            in: OpenAIChat()),
          headers: [
            HeaderField(name: "X-LiteLLM-Response-Cost", value: "1.20e-05"),
            HeaderField(name: "x-litellm-response-cost-margin-percent", value: "0.1"),
            HeaderField(name: "x-other", value: "1"),
          ]),
        model: "m", words: nil))
    #expect(
      bill.charges == [
        .init(source: "usage.cost", text: "0.000123456789012345678901"),
        .init(source: "usage.cost_details.upstream", text: "\"0.10\""),
        .init(source: "header x-litellm-response-cost", text: "1.20e-05"),
        .init(source: "header x-litellm-response-cost-margin-percent", text: "0.1"),
      ])
    #expect(bill.usage?.fields["cost"] == "0.000123456789012345678901")
    #expect(bill.usage?.fields["prompt_tokens"] == "100")
    #expect(bill.answeredBy == "m-1")
  }

  private func step(_ more: String) -> UsageStep {
    var step = UsageStep(prompt: 100, completion: 10, cached: 0, reasoning: 0)
    step.more = more
    return step
  }

  @Test func ofSeveralReportsTheLaterOneCounts() throws {
    let bill = try #require(
      BillReading.bill(
        observation(Self.answer(step(""), in: AnthropicMessages()), AnthropicMessages()),
        model: "m", words: nil))
    // One at the beginning of the message, all at its end.
    #expect(bill.usage?.fields["output_tokens"] == "10")
    #expect(bill.usage?.fields["input_tokens"] == "100")
  }

  /// A relay may cut the data of an event into lines, or write its JSON with blanks.
  @Test(arguments: [
    ("\"usage\":{", "\"usage\":\ndata: {"), ("\"usage\":{", "\"usage\" : \t {"),
    ("data: ", "data:"), ("\n\n", "\r\n\r\n"),
  ])
  func howItIsWrittenChangesNothing(from: String, to: String) throws {
    let plain = Self.answer(step("\"cost\":0.1"), in: OpenAIChat())
    let text = String(decoding: plain, as: UTF8.self)
    let other = Array(text.replacing(from, with: to).utf8)
    #expect(other != plain)
    let bills = try [plain, other].map {
      try #require(BillReading.bill(observation($0), model: "m", words: nil))
    }
    #expect(bills[0] == bills[1])
  }

  @Test func anAnswerThatSaysNothingHasNoBill() {
    var book = BillBook(model: "m", most: 2)
    let silent = Self.answer(UsageStep(), in: OpenAIChat())
    let body =
      String(decoding: silent, as: UTF8.self)
      .split(separator: "\n\n").filter { !$0.contains("\"usage\":{") }
      .joined(separator: "\n\n") + "\n\n"
    book.add(observation(Array(body.utf8)), words: 1)
    #expect(book.record == nil)
    book.add(observation(silent, warmup: true), words: 1)
    #expect(book.record == nil)
    for ordinal in [5, 4, 6] { book.add(observation(silent, ordinal: ordinal), words: 1) }
    #expect(book.record?.bills.map(\.ordinal) == [4, 5])
    #expect(book.record?.omitted == 1)
    book.add(observation(Array("data: {".utf8)), words: 1)
    #expect(book.record?.omitted == 1, "what failed is no bill")
  }

  @Test func hostileUsageIsBounded() throws {
    let members = (0..<1_000).map { "\"cost\($0)\":\($0)" }.joined(separator: ",")
    let long = String(repeating: "9", count: 10_000)
    let bill = try #require(
      BillReading.bill(
        observation(
          Self.answer(step("\"long\":\(long),\(members)"), in: OpenAIChat()),
          headers: [HeaderField(name: "cost", value: long)]),
        model: "m", words: nil))
    #expect(bill.usage?.fields.count == Limits.usageFields)
    #expect(bill.charges.count <= Limits.usageFields)
    #expect(!"\(bill)".contains(long))
  }
}
