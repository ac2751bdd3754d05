import Core
import Testing
import Wire

/// When a script's actions are due, in virtual time.
@Suite struct ScriptPlayerTests {
  private let nonce = Nonce(value: 0x0123_4567_89AB_CDEF)

  private func actions(
    _ script: ProviderScript, stream: Bool = true, usage: Bool = true, seed: UInt64 = 7,
    nonce: Nonce? = nil
  ) -> [ScriptPlayer.Action] {
    let request = ProviderRequest(
      model: "m", stream: stream, usage: usage, nonce: nonce ?? self.nonce)
    var player = ScriptPlayer(script: script, request: request, dialect: OpenAIChat(), seed: seed)
    var actions: [ScriptPlayer.Action] = []
    while let action = player.next() { actions.append(action) }
    return actions
  }

  /// `head 20`, `token 0 20`: what is done and when, in milliseconds.
  private func plan(
    _ script: ProviderScript, stream: Bool = true, usage: Bool = true
  ) -> [String] {
    actions(script, stream: stream, usage: usage).map { action in
      let due = action.due.map { " \($0.count / 1_000_000)" } ?? ""
      return switch action {
      case .head: "head" + due
      case .write(_, .token(let number), _): "t\(number)" + due
      case .write(_, let kind, _): "\(kind)" + due
      case .recorded(let read, _): "recorded \(read.events.count)" + due
      case .whole(let status, _, _, _): "whole \(status)" + due
      case .close: "close" + due
      case .reset: "reset" + due
      case .end: "end" + due
      case .stallForever: "stall"
      }
    }
  }

  private func script(
    _ steps: [Step], headers: ProviderScript.HeaderTiming = .withFirstEvent
  ) -> ProviderScript {
    ProviderScript(think: .constant(.milliseconds(20)), headers: headers, steps: steps)
  }

  private func text(_ tokens: Int, gap: Int64 = 10) -> Step {
    .text(TextStep(tokens: tokens, gap: .constant(.milliseconds(gap))))
  }

  @Test func gapsStandBeforeEachTokenButTheFirstOfAStep() {
    let steps: [Step] = [
      .role("assistant"), text(3), .stall(.constant(.milliseconds(100))), .comment("c"),
      text(2, gap: 5), .finish("stop"), .usage(UsageStep()), .done,
    ]
    #expect(
      plan(script(steps)) == [
        "head 20", "role 20", "t0 20", "t1 30", "t2 40", "comment 140", "t3 140", "t4 145",
        "finish 145", "usage 145", "done 145", "end 145",
      ])
  }

  @Test func theHeadGoesAtOnceOrWithTheFirstEvent() {
    let steps: [Step] = [.stall(.constant(.milliseconds(5))), text(1)]
    #expect(plan(script(steps)) == ["head 25", "t0 25", "end 25"])
    #expect(plan(script(steps, headers: .atOnce)) == ["head 0", "t0 25", "end 25"])
    #expect(plan(script([])) == ["head 20", "end 20"])
    #expect(plan(script([.close])) == ["close 20"])
    #expect(plan(script([.reset], headers: .atOnce)) == ["head 0", "reset 20"])
  }

  @Test func anEndlessStallEndsTheScript() {
    #expect(plan(script([.stall(nil), text(1), .done])) == ["stall"])
    #expect(plan(script([.stall(nil)], headers: .atOnce)) == ["head 0", "stall"])
    #expect(plan(script([text(1), .stall(nil), text(1)])) == ["head 20", "t0 20", "stall"])
  }

  @Test func cutsEndTheScript() {
    #expect(plan(script([text(2), .close, text(1)])) == ["head 20", "t0 20", "t1 30", "close 30"])
    #expect(plan(script([text(1), .reset])) == ["head 20", "t0 20", "reset 20"])
  }

  @Test func usageIsSentOnlyWhenAskedFor() {
    let steps: [Step] = [text(1), .usage(UsageStep()), .done]
    #expect(plan(script(steps), usage: false) == ["head 20", "t0 20", "done 20", "end 20"])
  }

  @Test func rawBytesAndErrorEventsAreWrites() {
    let raw = script([.raw([1, 2, 3]), .errorEvent(ErrorStep())])
    #expect(plan(raw) == ["head 20", "raw 20", "errorEvent 20", "end 20"])
    #expect(
      actions(raw).contains(.write(bytes: [1, 2, 3], kind: .raw, due: .milliseconds(20))))
  }

  @Test func anErrorStepIsTheWholeAnswer() throws {
    let error = ErrorStep(status: 429, type: "t", message: "slow", retryAfter: 3)
    for stream in [true, false] {
      let all = actions(script([.error(error)], headers: .atOnce), stream: stream)
      #expect(
        all == [
          .whole(
            status: 429, headers: [HeaderField(name: "Retry-After", value: "3")],
            body: OpenAIChat().error(error), due: .milliseconds(20))
        ])
    }
  }

  @Test func withoutStreamTheAnswerComesWhenTheStreamWouldHaveEnded() throws {
    let steps: [Step] = [
      .role("assistant"), text(3), .stall(.constant(.milliseconds(100))), text(2),
      .finish("length"), .done,
    ]
    #expect(plan(script(steps), stream: false) == ["whole 200 150"])
    guard case .whole(_, _, let body, _) = actions(script(steps), stream: false)[0] else {
      Issue.record("no whole answer")
      return
    }
    let words = (0..<5).map { TokenText.token($0, of: nonce) }.joined()
    #expect(
      OpenAIChat().readWhole(body).events.map(\.kind) == [
        .role("assistant"), .output(.text, Array(words.utf8)), .finish("length"),
      ])
    #expect(plan(script([text(1), .stall(nil)]), stream: false) == ["stall"])
    #expect(plan(script([text(2), .close]), stream: false) == ["close 30"])
    #expect(
      plan(script([text(2), .errorEvent(ErrorStep(status: 503))]), stream: false)
        == ["whole 503 30"])
  }

  @Test func theSameSeedGivesTheSameActionsAndAnotherSeedOthers() {
    let random = ProviderScript(
      think: .lognormal(p50: .milliseconds(20), p99: .milliseconds(90)),
      steps: [
        .text(
          TextStep(tokens: 50, gap: .uniform(low: .milliseconds(1), high: .milliseconds(9))))
      ])
    let first = actions(random)
    #expect(first == actions(random))
    #expect(first.map(\.due) != actions(random, seed: 8).map(\.due))
    #expect(first.map(\.due) != actions(random, nonce: Nonce(value: 1)).map(\.due))
  }

  @Test func plannedTokensCountAllTextSteps() {
    let player = ScriptPlayer(
      script: script([text(3), .close, text(4)]),
      request: ProviderRequest(model: "m", stream: true, usage: true, nonce: nil),
      dialect: OpenAIChat(), seed: 1)
    #expect(player.tokensPlanned == 7)
  }
}
