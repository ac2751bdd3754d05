import Core
import Judging
import Testing

@Suite struct CancelTests {
  static let ids = ["cancel/while-streaming", "cancel/while-silent", "cancel/before-first-byte"]
  static let steps: [Step] = [
    .role("assistant"), .text(TextStep(tokens: 10, gap: .constant(.milliseconds(50)))),
    .stall(nil), .text(TextStep(tokens: 10, gap: .constant(.milliseconds(50)))), .done,
  ]

  /// The client leaves at 230 ms after `tokens` of ten tokens; the relay closes `delay` later.
  private func scene(tokens: Int, closed delay: Double?, until end: Double = 60_000) -> Scene {
    var scene = Scene.healthy()
    let writes = tokens < 0 ? 0 : 1 + tokens
    scene.provider?.writes.removeSubrange(writes...)
    scene.lines.removeSubrange(writes...)
    scene.left = 530
    scene.ended = 530
    scene.transport = .failed(.cancelled)
    if let delay {
      scene.finish(at: 530 + delay, .peerClosed)
    } else {
      scene.finish(at: end, .unfinished)
    }
    return scene
  }

  private func outcomes(_ scene: Scene, steps: [Step] = CancelTests.steps) -> [Verdict.Outcome] {
    Self.ids.map {
      judge($0, [scene], steps: steps, traffic: Traffic(leave: .event(5))).verdict
    }
  }

  @Test func whichOneAppliesDependsOnTheProvider() {
    #expect(outcomes(scene(tokens: 5, closed: 20)) == [.pass, .skip, .skip])
    #expect(outcomes(scene(tokens: 10, closed: 20)) == [.skip, .pass, .skip])
    #expect(outcomes(scene(tokens: -1, closed: 20)) == [.skip, .skip, .pass])
  }

  @Test func aLongPauseIsSilenceAShortOneIsNot() {
    for (pause, expected) in [
      (Nanoseconds.seconds(30), [Verdict.Outcome.skip, .pass, .skip]),
      (.milliseconds(200), [.pass, .skip, .skip]),
    ] {
      let steps: [Step] = [
        .role("assistant"), .text(TextStep(tokens: 10, gap: .constant(.milliseconds(50)))),
        .stall(.constant(pause)), .done,
      ]
      #expect(outcomes(scene(tokens: 10, closed: 20), steps: steps) == expected)
    }
  }

  @Test func aStallOnLegBIsSilence() {
    var silent = scene(tokens: 5, closed: 20)
    silent.strike("stall", at: 200, events: 4)
    #expect(outcomes(silent) == [.skip, .pass, .skip])
    silent.faults = []
    silent.strike("stall", at: 20, events: 0)
    #expect(outcomes(silent) == [.skip, .skip, .pass])
  }

  @Test(arguments: [
    (0, 5, [(999.0, Verdict.Outcome.pass), (1_001, .warn), (4_999, .warn), (5_001, .fail)]),
    (1, 10, [(1_999.0, .pass), (2_001, .warn), (9_999, .warn), (10_001, .fail)]),
    (2, -1, [(1_999.0, .pass), (2_001, .warn), (9_999, .warn), (10_001, .fail)]),
  ])
  func limits(check: Int, tokens: Int, cases: [(Double, Verdict.Outcome)]) {
    for (delay, expected) in cases {
      #expect(outcomes(scene(tokens: tokens, closed: delay))[check] == expected, "\(delay)")
    }
    #expect(outcomes(scene(tokens: tokens, closed: nil))[check] == .fail)
    #expect(outcomes(scene(tokens: tokens, closed: nil, until: 3_530))[check] == .warn)
    #expect(outcomes(scene(tokens: tokens, closed: nil, until: 700))[check] == .inconclusive)
  }

  @Test func figures() {
    var late = scene(tokens: 5, closed: 700)
    late.write(.token(5), at: 560)
    late.write(.token(6), at: 610)
    var soon = scene(tokens: 5, closed: 20)
    soon.ordinal = 1
    let verdict = judge(
      Self.ids[0], [late, soon], steps: Self.steps, traffic: Traffic(leave: .event(5)))
    #expect(verdict.verdict == .pass)
    #expect(verdict.actual.contains("p50 20.0 ms, max 700 ms"))
    #expect(verdict.actual.contains("2 tokens written after the client left"))
  }

  /// A try that the relay began only after the client had gone counts too.
  @Test func aRetryForNobody() throws {
    var scene = scene(tokens: 5, closed: nil)
    var first = try #require(self.scene(tokens: 5, closed: 10).provider)
    first.receivedAt = Scene.ms(1)
    scene.earlier = [first]
    scene.provider?.receivedAt = Scene.ms(545)
    scene.provider?.writes = []
    #expect(outcomes(scene)[0] == .fail)
  }

  @Test func whatCannotBeJudged() {
    var unreached = scene(tokens: 5, closed: 20)
    unreached.provider = nil
    #expect(outcomes(unreached) == [.inconclusive, .inconclusive, .inconclusive])
    var over = scene(tokens: 5, closed: 20)
    over.finish(at: 400)
    over.provider?.peerClosedAt = nil
    #expect(outcomes(over) == [.inconclusive, .inconclusive, .inconclusive])
    for id in Self.ids {
      #expect(judge(id, [Scene.healthy()]).verdict == .skip)
      let traffic = Traffic(leave: .event(5))
      #expect(
        judge(id, [scene(tokens: 5, closed: 20)], topology: .oneSided, traffic: traffic).verdict
          == .skip)
    }
  }
}
