import Core
import Judging
import Testing
import Wire

@Suite struct FidelityBufferingTests {
  private func run(_ relay: @escaping (Double) -> Double, gap: Double = 50) -> Verdict {
    judge("fidelity/buffering", (0..<3).map { Scene.healthy($0, gap: gap, relay: relay) })
  }

  @Test func aStreamPasses() {
    let verdict = run { $0 + 2 }
    #expect(verdict.verdict == .pass)
    #expect(verdict.evidence.isEmpty)
    #expect(verdict.actual.contains("1.00"))
  }

  @Test func jitterOfAHealthyPacePasses() {
    let verdict = run({ Int($0 / 10) % 2 == 0 ? $0 + 1 : $0 + 5 }, gap: 10)
    #expect(verdict.verdict == .pass)
  }

  @Test func pouredOutAtTheEndFails() {
    let verdict = run { _ in 1100 }
    #expect(verdict.verdict == .fail)
    #expect(verdict.evidence == [0, 1, 2])
    #expect(verdict.actual.contains("0.05"))
  }

  @Test func coalescingInThreesFails() {
    #expect(run { ($0 / 150).rounded(.up) * 150 }.verdict == .fail)
  }

  @Test func coalescingInPairsAtTheEndWarns() {
    // Of 19 gaps 4 vanish: 16 groups of 20.
    #expect(run { $0 < 580 ? $0 : ($0 / 100).rounded(.up) * 100 }.verdict == .warn)
  }

  /// Held until the end and then poured out slowly enough to make groups: the spread tells.
  @Test func fakePacingFails() {
    #expect(run { 1000 + $0 / 8 }.verdict == .fail)
  }

  @Test func ourOwnPausesAreNotTheRelays() {
    var scene = Scene.healthy(relay: { _ in 1100 })
    scene.strike("pause", leg: .a, at: 50, events: 2)
    #expect(judge("fidelity/buffering", [scene]).verdict == .skip)
    #expect(judge("fidelity/buffering", [scene, Scene.healthy(1)]).verdict == .pass)
  }

  @Test func whatCannotBeJudged() {
    let burst: [Step] = [.role("assistant"), .text(TextStep(tokens: 20, gap: .zero)), .done]
    #expect(
      judge("fidelity/buffering", [Scene.healthy(gap: 0)], steps: burst).verdict == .skip)
    #expect(judge("fidelity/buffering", []).verdict == .inconclusive)
    var unreachable = Scene.healthy()
    unreachable.lines = []
    unreachable.provider = nil
    unreachable.status = 0
    unreachable.transport = .failed(.refused)
    let verdict = judge("fidelity/buffering", [unreachable])
    #expect(verdict.verdict == .inconclusive)
    #expect(verdict.actual.contains("1 refused"))
  }

  @Test func oneSidedOnlyTheBlatant() {
    func scene(_ relay: (Double) -> Double) -> Scene {
      var scene = Scene.healthy(relay: relay)
      scene.provider = nil
      return scene
    }
    let poured = scene { _ in 1100 }
    #expect(judge("fidelity/buffering", [poured], topology: .oneSided).verdict == .fail)
    let cached = scene { _ in 100 }
    #expect(judge("fidelity/buffering", [cached], topology: .oneSided).verdict == .skip)
    let streamed = scene { $0 + 400 }
    #expect(
      judge("fidelity/buffering", [poured, streamed], topology: .oneSided).verdict == .skip)
  }
}

@Suite struct FidelityTextTests {
  private func both(_ scene: Scene) -> [Verdict.Outcome] {
    ["fidelity/events", "fidelity/content"].map { judge($0, [scene]).verdict }
  }

  @Test func intactPasses() { #expect(both(Scene.healthy()) == [.pass, .pass]) }

  @Test func aLostTokenFails() {
    var scene = Scene.healthy()
    scene.lines.remove(at: 5)
    #expect(both(scene) == [.fail, .fail])
    #expect(judge("fidelity/events", [scene]).actual.contains("tokens lost"))
  }

  @Test func aRepeatedTokenFails() {
    var scene = Scene.healthy(relay: { _ in 1100 })
    scene.lines.insert(scene.lines[5], at: 6)
    #expect(both(scene) == [.fail, .fail])
  }

  @Test func swappedTokensFail() {
    var scene = Scene.healthy(relay: { _ in 1100 })
    scene.lines.swapAt(5, 6)
    #expect(both(scene) == [.fail, .fail])
  }

  @Test func aTokenOfAnotherAnswerFails() {
    var scene = Scene.healthy()
    scene.lines[5].text = "o " + TokenText.token(4, of: Nonce(value: 1))
    #expect(both(scene) == [.fail, .fail])
    #expect(judge("fidelity/events", [scene]).actual.contains("another answer"))
  }

  /// All tokens are there; only the bytes tell.
  @Test func addedBytesFailTheContentAlone() {
    var scene = Scene.healthy()
    scene.lines[5].text += "\u{FFFD} "
    #expect(both(scene) == [.pass, .fail])
    #expect(judge("fidelity/content", [scene]).actual.contains("U+FFFD"))
  }

  @Test func whatWeCutOurselvesIsNotLost() {
    var scene = Scene.healthy()
    scene.lines.removeSubrange(6...)
    scene.strike("reset", leg: .a, at: 300, events: 6)
    scene.transport = .failed(.reset)
    #expect(both(scene) == [.pass, .pass])
    // Order is judged all the same.
    scene.lines[3].text = scene.lines[5].text
    scene.lines[5].text = scene.line(2)
    #expect(both(scene) == [.fail, .fail])
  }

  @Test func aRelayThatCutsAHealthyAnswerLosesIt() {
    var scene = Scene.healthy()
    scene.lines.removeSubrange(6...)
    scene.transport = .failed(.premature)
    #expect(both(scene) == [.fail, .fail])
  }

  @Test func notWithoutAnUpstreamOfOurOwn() {
    for id in ["fidelity/events", "fidelity/content"] {
      #expect(judge(id, [Scene.healthy()], topology: .oneSided).verdict == .skip)
      #expect(judge(id, [Scene.healthy()], steps: [.done]).verdict == .skip)
    }
    let raw = ProviderScript.plainSteps + [.raw([0x41])]
    #expect(judge("fidelity/content", [Scene.healthy()], steps: raw).verdict == .skip)
  }
}

@Suite struct FidelityTerminatorTests {
  private func run(_ change: (inout Scene) -> Void) -> Verdict {
    var scene = Scene.healthy()
    change(&scene)
    return judge("fidelity/terminator", [scene])
  }

  @Test func exactlyOneAndLast() {
    #expect(run { _ in }.verdict == .pass)
    #expect(run { $0.lines.append(.init(text: "c", at: 990)) }.verdict == .pass)
    #expect(run { $0.lines.append(.init(text: ".", at: 990)) }.verdict == .pass)
    #expect(run { $0.lines.removeLast() }.verdict == .fail)
    #expect(run { $0.lines.append(.init(text: "d", at: 990)) }.verdict == .fail)
    #expect(run { $0.lines.append(.init(text: "o x", at: 990)) }.verdict == .fail)
    #expect(run { $0.tail = "half" }.verdict == .fail)
    #expect(run { $0.transport = .failed(.premature) }.verdict == .pass)
  }

  @Test func onlyWhereOneIsDue() {
    let steps: [Step] = [.text(TextStep(tokens: 1, gap: .zero)), .finish("stop")]
    #expect(judge("fidelity/terminator", [Scene.healthy()], steps: steps).verdict == .skip)
    var scene = Scene.healthy()
    scene.provider = nil
    scene.lines.removeLast()
    #expect(judge("fidelity/terminator", [scene], topology: .oneSided).verdict == .fail)
    scene.left = 100
    scene.transport = .failed(.cancelled)
    #expect(judge("fidelity/terminator", [scene], topology: .oneSided).verdict == .skip)
  }
}

@Suite struct FidelityUsageTests {
  private func run(_ usage: [String], traffic: Traffic = Traffic(), steps: [Step]? = nil)
    -> Verdict
  {
    var scene = Scene.healthy()
    scene.lines.removeAll { $0.text.hasPrefix("u") }
    for line in usage { scene.lines.insert(.init(text: line, at: 972), at: 22) }
    return judge(
      "fidelity/usage", [scene], steps: steps ?? ProviderScript.plainSteps, traffic: traffic)
  }

  @Test func theNumbersOfTheProvider() {
    #expect(run(["u 1237 419 1024 311"]).verdict == .pass)
    #expect(run(["u 1237 419 1024 311", "u 1237 419 1024 311"]).verdict == .pass)
    #expect(run([]).verdict == .fail)
    #expect(run(["u 1237 420 1024 311"]).verdict == .fail)
    #expect(run(["u 1237 419 1024"]).verdict == .fail)
    #expect(run(["u 1237 419"]).verdict == .fail)
    #expect(run(["u 1237 419 1024 311", "u 9 9 0 0"]).verdict == .fail)
  }

  @Test func aDetailOfZeroMayBeMissing() {
    let steps: [Step] = [
      .text(TextStep(tokens: 20, gap: .zero)),
      .usage(UsageStep(prompt: 3, completion: 5, cached: 0, reasoning: 0)), .done,
    ]
    #expect(run(["u 3 5"], steps: steps).verdict == .pass)
  }

  @Test func absentIsNotInvented() {
    let steps: [Step] = [.text(TextStep(tokens: 20, gap: .zero)), .done]
    #expect(run([], steps: steps).verdict == .pass)
    #expect(run(["u 9 9"], steps: steps).verdict == .fail)
  }

  @Test func notAskedNotSent() {
    #expect(run([], traffic: Traffic(usage: false)).verdict == .pass)
    #expect(run(["u 1237 419 1024 311"], traffic: Traffic(usage: false)).verdict == .warn)
  }

  @Test func aRelayThatDoesNotAsk() {
    var scene = Scene.healthy()
    scene.lines.removeAll { $0.text.hasPrefix("u") }
    scene.provider?.wantsUsage = false
    #expect(judge("fidelity/usage", [scene]).actual.contains("not passed on"))
  }

  @Test func oneSided() {
    func run(_ scene: Scene) -> Verdict.Outcome {
      judge("fidelity/usage", [scene], topology: .oneSided).verdict
    }
    var scene = Scene.healthy()
    scene.provider = nil
    #expect(run(scene) == .pass)
    scene.lines.insert(.init(text: "u 1 1", at: 972), at: 22)
    #expect(run(scene) == .fail)
    scene.lines.removeAll { $0.text.hasPrefix("u") }
    #expect(run(scene) == .fail)
  }
}

@Suite struct HTTPTests {
  @Test func contentType() {
    #expect(judge("http/content-type", [Scene.healthy()]).verdict == .pass)
    var scene = Scene.healthy()
    scene.headers = [HeaderField(name: "Content-Type", value: "text/plain")]
    let verdict = judge("http/content-type", [scene])
    #expect(verdict.verdict == .fail)
    #expect(verdict.actual.contains("text/plain"))
    #expect(judge("http/content-type", [scene], topology: .oneSided).verdict == .fail)
    scene.status = 500
    #expect(judge("http/content-type", [scene]).verdict == .inconclusive)
    #expect(
      judge("http/content-type", [scene], traffic: Traffic(stream: false)).verdict == .skip)
  }

  private func early(_ change: (inout Scene) -> Void) -> Verdict.Outcome {
    var scene = Scene.healthy()
    change(&scene)
    return judge("http/early-status", [scene]).verdict
  }

  @Test func noSuccessBeforeTheProviderAnswers() {
    #expect(early { _ in } == .pass)
    #expect(early { $0.headAt = 19 } == .fail)
    #expect(early { $0.provider?.headAt = nil } == .fail)
    #expect(
      early {
        $0.headAt = 19
        $0.status = 504
      } == .pass)
    #expect(early { $0.provider = nil } == .inconclusive)
    #expect(early { $0.strike("stall", at: 20, events: 0) } == .fail)
    #expect(judge("http/early-status", [Scene.healthy()], topology: .oneSided).verdict == .skip)
  }

  /// A failed try is an answer too, but not the one that a 200 stands for.
  @Test func aRetryIsWaitedFor() {
    var scene = Scene.healthy()
    var first = scene.provider
    first?.receivedAt = Scene.ms(1)
    first?.headAt = Scene.ms(5)
    first?.status = 500
    scene.earlier = [first].compactMap(\.self)
    scene.headAt = 10
    #expect(judge("http/early-status", [scene]).verdict == .fail)
    scene.headAt = 22
    #expect(judge("http/early-status", [scene]).verdict == .pass)
  }
}
