import Core
import Testing
import Wire

/// Scripted streams cut at every byte: what is read of a part is a part of what is read of all.
@Suite struct CutStreamTests {
  private static let scripts: [[Step]] = [
    [
      .role("assistant"), .text(TextStep(tokens: 4, gap: .zero)), .finish("stop"),
      .usage(UsageStep()), .done,
    ],
    [
      .comment("keep-alive"), .role("assistant"),
      .text(TextStep(tokens: 3, gap: .zero)), .errorEvent(ErrorStep(message: "gone")),
    ],
    [.raw(Array("<html>\r\n{\"a\":1}\ndata: [DO\n\n".utf8)), .finish("stop"), .done],
    [.text(TextStep(tokens: 2, gap: .zero)), .done, .raw(Array("event: x\r\n\r\n".utf8)), .done],
  ]

  private static func body(_ steps: [Step]) -> [UInt8] {
    var player = ScriptPlayer(
      script: ProviderScript(steps: steps),
      request: ProviderRequest(model: "m", stream: true, usage: true, nonce: Nonce(value: 99)),
      dialect: OpenAIChat(), seed: 1)
    var body: [UInt8] = []
    while let action = player.next() {
      if case .write(let bytes, _, _) = action { body += bytes }
    }
    return body
  }

  @Test(arguments: scripts)
  func aCutStreamReadsAsThePrefixThatArrived(_ steps: [Step]) {
    let body = Self.body(steps)
    let whole = OpenAIChat().read(body)
    #expect(whole.danglingFrom == nil)
    for cut in 0..<body.count {
      let reading = OpenAIChat().read(Array(body[..<cut]))
      let arrived = whole.events.filter { $0.end <= cut }
      #expect(reading.events == arrived, "cut at byte \(cut)")
      if let from = reading.danglingFrom {
        #expect(from < cut && from >= (arrived.last?.end ?? 0), "cut at byte \(cut)")
      }
    }
  }

  @Test func aCutWholeAnswerIsMalformed() {
    let body = OpenAIChat().whole(
      WholeAnswer(text: "t0-0000 ", finish: "stop", usage: UsageStep()),
      for: ProviderRequest(model: "m", stream: false, usage: false, nonce: nil))
    for cut in 0..<body.count {
      let events = OpenAIChat().readWhole(Array(body[..<cut])).events
      guard events.count == 1, case .malformed = events[0].kind else {
        Issue.record("cut at byte \(cut): \(events)")
        continue
      }
    }
  }

  @Test func aStreamOfRealScriptsReadsBack() {
    let reading = OpenAIChat().read(Self.body(ProviderScript.plainSteps))
    let words = (0..<20).map {
      NeutralEvent.Kind.output(.text, Array(TokenText.token($0, of: Nonce(value: 99)).utf8))
    }
    #expect(
      reading.events.map(\.kind) == [.role("assistant")] + words + [
        .finish("stop"),
        .usage(TokenUsage(prompt: 1237, completion: 419, cached: 1024, reasoning: 311)),
        .terminator,
      ])
  }
}
