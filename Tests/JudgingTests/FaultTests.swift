import Core
import Judging
import Testing
import Wire

@Suite struct TruncationTests {
  static let cut: [Step] = [
    .role("assistant"), .text(TextStep(tokens: 5, gap: .constant(.milliseconds(50)))), .reset,
  ]
  static let clean: [Step] = Array(cut.dropLast())

  private func run(_ scene: Scene, steps: [Step] = TruncationTests.cut, faults: [FaultRule] = [])
    -> Verdict
  {
    judge("faults/truncation", [scene], steps: steps, faults: faults)
  }

  @Test(arguments: [EndCondition.premature, .reset, .transportError])
  func brokenFramingIsLoud(end: EndCondition) {
    let verdict = run(Scene.broken(transport: .failed(end)))
    #expect(verdict.verdict == .pass)
    #expect(verdict.actual.contains("cut 1"))
    #expect(verdict.actual.contains("10.0 ms"))
  }

  @Test func anErrorEventIsLoudWhateverFollows() {
    var scene = Scene.broken(transport: .complete)
    scene.lines.append(.init(text: "e upstream broke", at: 290))
    #expect(run(scene).verdict == .pass)
    scene.lines.append(.init(text: "d", at: 290))
    #expect(run(scene).verdict == .pass)
    #expect(run(scene).actual.contains("error event 1"))
  }

  @Test func anErrorStatusIsLoudAndLosesNothing() {
    var scene = Scene.broken(transport: .complete)
    scene.status = 502
    scene.lines = []
    #expect(run(scene).verdict == .pass)
    #expect(run(scene).actual.contains("HTTP error 1"))
  }

  @Test func aCleanEndMasksACut() {
    let verdict = run(Scene.broken(transport: .complete))
    #expect(verdict.verdict == .fail)
    #expect(verdict.actual.contains("masked"))
    #expect(verdict.evidence == [0])
  }

  /// The relay invented nothing.
  @Test func aCleanEndOfTheUpstreamPassedOnWarns() {
    let scene = Scene.broken(by: .finished, transport: .complete)
    #expect(run(scene, steps: Self.clean).verdict == .warn)
  }

  @Test(arguments: ["f stop", "u 9 9", "d"])
  func whatTheProviderNeverSentIsFabricated(line: String) {
    for end in [ProviderEnd.finished, .reset, .closed] {
      var scene = Scene.broken(by: end, transport: .complete)
      scene.lines.append(.init(text: line, at: 285))
      let verdict = run(scene, steps: end == .finished ? Self.clean : Self.cut)
      #expect(verdict.verdict == .fail)
      #expect(verdict.actual.contains("fabricated 1"))
    }
  }

  /// An SDK stops at the marker and never sees how the framing ended.
  @Test func anInventedMarkerOutweighsBrokenFraming() {
    var scene = Scene.broken()
    scene.lines.append(.init(text: "f stop", at: 285))
    #expect(run(scene).actual.contains("cut 1"))
    scene.lines.append(.init(text: "d", at: 285))
    #expect(run(scene).actual.contains("fabricated 1"))
    scene.transport = .failed(.timeoutIdle)
    #expect(run(scene).actual.contains("fabricated 1"))
  }

  /// Every end condition has one class, or none where the exchange says nothing about the relay.
  @Test(arguments: EndCondition.allCases) func classesAreExhaustive(end: EndCondition) {
    var scene = ClassificationTests.scene(end)
    let keep: Set<String> = end == .done ? [] : ["f", "u", "d"]
    scene.lines.removeAll { keep.contains(String($0.text.prefix(1))) }
    scene.provider?.writes.removeSubrange(4...)
    scene.finish(at: 130, .reset)
    if end == .done || end == .noOutput { scene.transport = .complete }
    let word: String? =
      switch end {
      case .done: "fabricated"
      case .noOutput, .eofWithoutTerminator, .malformed, .notAStream: "masked"
      case .premature, .reset, .transportError: "cut"
      case .timeoutFirstByte, .timeoutIdle, .timeoutTotal: "hang"
      case .errorEvent: "error event"
      case .httpError: "HTTP error"
      case .refused, .dnsFailure, .connectFailed, .tlsFailure, .timeoutConnect, .timeoutTLS,
        .tooLarge, .cancelled, .interrupted, .notSent:
        nil
      }
    let verdict = run(scene)
    if let word {
      #expect(verdict.actual.contains("ends: \(word) 1"), "\(verdict.actual)")
    } else {
      #expect(verdict.verdict == .inconclusive)
    }
  }

  @Test func aHangFails() {
    var scene = Scene.broken(transport: .failed(.timeoutIdle))
    scene.ended = 30_000
    let verdict = run(scene)
    #expect(verdict.verdict == .fail)
    #expect(verdict.actual.contains("hang 1"))
  }

  @Test func lateIsAWarning() {
    var scene = Scene.broken()
    scene.ended = 280 + 2_001
    #expect(run(scene).verdict == .warn)
    scene.ended = 280 + 2_000
    #expect(run(scene).verdict == .pass)
  }

  @Test func aLostPrefixFailsEvenWhenTheCutIsLoud() {
    var scene = Scene.broken()
    scene.lines.removeLast(3)
    let verdict = run(scene)
    #expect(verdict.verdict == .fail)
    #expect(verdict.actual.contains("lost prefix"))
  }

  /// The last token was written 45 ms before the cut, the one before it 95 ms.
  @Test func theLastMomentMayBeLost() {
    var scene = Scene.broken()
    scene.finish(at: 220 + 45, .reset)
    scene.lines.removeLast()
    #expect(run(scene).verdict == .warn)
    scene.lines.removeLast()
    #expect(run(scene).verdict == .fail)
  }

  /// Five events with data passed (role and four tokens); comments do not count.
  @Test func aFaultOnLegBLetsAPrefixThrough() throws {
    let rule = try FaultRule("reset at event(5)")
    var scene = Scene.healthy()
    scene.provider?.writes.insert(
      WriteMark(kind: .comment, instant: Scene.ms(21), due: Scene.ms(21), length: 2), at: 1)
    scene.lines.removeSubrange(5...)
    scene.strike("reset", at: 300, events: 5)
    scene.transport = .failed(.premature)
    scene.ended = 310
    let steps = ProviderScript.plainSteps
    #expect(run(scene, steps: steps, faults: [rule]).verdict == .pass)
    scene.lines.removeLast()
    #expect(run(scene, steps: steps, faults: [rule]).verdict == .fail)
  }

  /// A fault that struck after the marker had passed broke nothing off.
  @Test func aFaultAfterTheMarkerIsNoTruncation() throws {
    let rule = try FaultRule("close at event(24)")
    var scene = Scene.healthy()
    scene.strike("close", at: 980, events: 24)
    #expect(
      run(scene, steps: ProviderScript.plainSteps, faults: [rule]).verdict == .inconclusive)
    scene.faults = []
    scene.strike("close", at: 980, events: 23)
    let verdict = run(scene, steps: ProviderScript.plainSteps, faults: [rule])
    #expect(verdict.actual.contains("fabricated 1"))
  }

  @Test func aRelayThatRecoversIsNotJudged() throws {
    var scene = Scene.healthy()
    var first = try #require(Scene.broken(after: 0).provider)
    first.receivedAt = Scene.ms(1)
    first.endedAt = Scene.ms(2)
    scene.earlier = [first]
    #expect(run(scene).verdict == .inconclusive)
  }

  @Test func anErrorInsideTheStreamMustNotBeSwallowed() {
    let steps: [Step] = Self.clean + [.errorEvent(ErrorStep())]
    var scene = Scene.broken(by: .finished, transport: .complete)
    scene.write(.errorEvent, at: 250)
    #expect(run(scene, steps: steps).verdict == .fail)
    scene.lines.append(.init(text: "e overloaded", at: 252))
    #expect(run(scene, steps: steps).verdict == .pass)
  }

  /// Many servers send no marker; the finish reason says that the answer is complete.
  @Test func aFinishWithoutMarkerIsNoTruncation() {
    let steps: [Step] = Self.clean + [.finish("stop")]
    var scene = Scene.broken(by: .finished, transport: .complete)
    scene.pass(.finish, "f stop", at: 240, { $0 + 2 })
    #expect(run(scene, steps: steps).verdict == .skip)
  }

  @Test func halfAnEventCompletedByTheRelayFails() {
    let steps: [Step] = Self.clean + [.raw(Array("o half".utf8))]
    var scene = Scene.broken(by: .finished, transport: .complete)
    scene.write(.raw, at: 250)
    scene.tail = "o half"
    #expect(run(scene, steps: steps).verdict == .warn)
    scene.tail = ""
    scene.lines.append(.init(text: "{", at: 255))
    #expect(run(scene, steps: steps).verdict == .fail)
  }

  /// A script cut at every event: a faithful relay never passes off the rest as a success.
  @Test(arguments: 0...22) func cutAfterEveryEvent(events: Int) {
    for transport in [TransportEnd.complete, .failed(.premature)] {
      var scene = Scene.healthy()
      scene.provider?.writes.removeSubrange(events...)
      scene.lines.removeSubrange(events...)
      scene.finish(at: 1000, .closed)
      scene.transport = transport
      #expect(run(scene).verdict == (transport == .complete ? .fail : .pass))
    }
  }

  @Test func whenItDoesNotApply() {
    let plain = ProviderScript.plainSteps
    #expect(run(Scene.healthy(), steps: plain).verdict == .skip)
    #expect(
      judge("faults/truncation", [Scene.broken()], topology: .oneSided, steps: Self.cut).verdict
        == .skip)
    var unreached = Scene.broken(transport: .complete)
    unreached.provider = nil
    unreached.status = 502
    #expect(run(unreached).verdict == .inconclusive)
    var ours = Scene.broken(transport: .failed(.reset))
    ours.strike("reset", leg: .a, at: 100, events: 2)
    #expect(run(ours).verdict == .inconclusive)
  }
}

@Suite struct StallTests {
  static let steps: [Step] = [
    .role("assistant"), .text(TextStep(tokens: 5, gap: .constant(.milliseconds(50)))),
    .stall(nil), .done,
  ]

  private func scene(_ transport: TransportEnd, ended: Double) -> Scene {
    var scene = Scene.broken(by: .peerClosed, transport: transport)
    scene.finish(at: ended + 1, .peerClosed)
    scene.ended = ended
    return scene
  }
  private func run(_ scene: Scene, steps: [Step] = StallTests.steps) -> Verdict {
    judge("faults/stall", [scene], steps: steps)
  }

  @Test func toldByTheRelay() {
    let verdict = run(scene(.failed(.premature), ended: 5_220))
    #expect(verdict.verdict == .pass)
    #expect(verdict.actual.contains("p50 5.00 s"))
    var status = scene(.complete, ended: 5_220)
    status.status = 504
    #expect(run(status).verdict == .pass)
    var event = scene(.complete, ended: 5_220)
    event.lines.append(.init(text: "e timeout", at: 5_219))
    #expect(run(event).verdict == .pass)
  }

  @Test func outlastingTheClientWarns() {
    let verdict = run(scene(.failed(.timeoutIdle), ended: 30_220))
    #expect(verdict.verdict == .warn)
    #expect(verdict.actual.contains("30.0 s"))
  }

  @Test func givingTheProviderUpAndNotTheClientFails() {
    var scene = scene(.failed(.timeoutIdle), ended: 30_220)
    scene.finish(at: 10_000, .peerClosed)
    #expect(run(scene).verdict == .fail)
  }

  @Test func endingItAsIfNothingWereMissingFails() {
    #expect(run(scene(.complete, ended: 5_220)).verdict == .fail)
    var laundered = scene(.complete, ended: 5_220)
    laundered.lines.append(.init(text: "d", at: 5_219))
    #expect(run(laundered).verdict == .fail)
  }

  @Test func aStallOnLegB() {
    var scene = Scene.healthy()
    scene.lines.removeSubrange(5...)
    scene.strike("stall", at: 220, events: 5)
    scene.transport = .failed(.timeoutIdle)
    scene.ended = 30_220
    #expect(run(scene, steps: ProviderScript.plainSteps).verdict == .warn)
  }

  @Test func beforeTheFirstByte() {
    var scene = Scene.broken(after: 0, by: .peerClosed, transport: .complete)
    scene.provider?.writes = []
    scene.provider?.headAt = nil
    scene.provider?.status = 0
    scene.lines = []
    scene.status = 504
    scene.ended = 3_002
    let verdict = run(scene, steps: [.stall(nil), .done])
    #expect(verdict.verdict == .pass)
    #expect(verdict.actual.contains("3.00 s"))
  }

  @Test func whenItDoesNotApply() {
    #expect(run(Scene.healthy(), steps: ProviderScript.plainSteps).verdict == .skip)
    let stalled = scene(.failed(.timeoutIdle), ended: 30_220)
    for topology in [TargetRecord.Topology.direct, .oneSided] {
      #expect(
        judge("faults/stall", [stalled], topology: topology, steps: Self.steps).verdict == .skip)
    }
    var unreached = stalled
    unreached.provider = nil
    #expect(run(unreached).verdict == .inconclusive)
  }
}
