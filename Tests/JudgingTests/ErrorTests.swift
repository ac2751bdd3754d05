import Core
import Judging
import Testing

@Suite struct ErrorTests {
  private func run(
    _ scripted: Int = 429, _ seen: Int = 429, retryAfter: Int? = nil, tries: Int = 1,
    change: (inout Scene) -> Void = { _ in }
  ) -> Verdict {
    var scene = Scene.healthy()
    scene.provider?.writes = []
    scene.write(.whole, at: 20)
    scene.answer(at: 20, status: scripted)
    scene.earlier = Array(
      repeating: scene.provider, count: tries - 1
    ).compactMap(\.self)
    scene.status = seen
    scene.lines = [.init(text: "e slow down", at: 22)]
    change(&scene)
    return judge(
      "errors/status", [scene],
      steps: [.error(ErrorStep(status: scripted, retryAfter: retryAfter))])
  }

  @Test(arguments: [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529])
  func keptPasses(status: Int) {
    #expect(run(status, status).verdict == .pass)
  }

  @Test(arguments: [
    (529, 500, Verdict.Outcome.warn), (429, 503, .warn), (400, 422, .warn), (401, 500, .fail),
    (429, 400, .fail), (500, 404, .fail), (503, 302, .fail), (400, 408, .fail),
  ])
  func anotherNumberWarnsAnotherKindFails(scripted: Int, seen: Int, expected: Verdict.Outcome) {
    #expect(run(scripted, seen).verdict == expected)
  }

  @Test func aSuccessFails() {
    let verdict = run(500, 200) { $0.lines = [.init(text: "d", at: 22)] }
    #expect(verdict.verdict == .fail)
    #expect(run(500, 500) { $0.transport = .failed(.timeoutFirstByte) }.verdict == .fail)
  }

  @Test func theBodyIsAnErrorOfTheDialect() {
    let verdict = run { $0.lines = [.init(text: "<html>", at: 22)] }
    #expect(verdict.verdict == .fail)
    #expect(verdict.actual.contains("no error object"))
  }

  @Test func retryAfterIsKept() {
    func run(_ value: String?) -> Verdict.Outcome {
      self.run(retryAfter: 7) { scene in
        if let value { scene.headers.append(HeaderField(name: "retry-after", value: value)) }
      }.verdict
    }
    #expect(run("7") == .pass)
    #expect(run("30") == .pass)
    #expect(run("Wed, 21 Oct 2026 07:28:00 GMT") == .pass)
    #expect(run("3") == .fail)
    #expect(run(nil) == .fail)
  }

  @Test func triesAreCounted() {
    #expect(run(tries: 3).verdict == .pass)
    #expect(run(tries: 3).actual.contains("tries upstream: 3 (1)"))
    #expect(run(tries: 4).verdict == .warn)
    #expect(run(tries: 10).verdict == .warn)
    #expect(run(tries: 11).verdict == .fail)
  }

  @Test func whatCannotBeJudged() {
    #expect(judge("errors/status", [Scene.healthy()]).verdict == .skip)
    #expect(run { $0.provider = nil }.verdict == .inconclusive)
    #expect(run { $0.transport = .failed(.refused) }.verdict == .inconclusive)
    #expect(
      judge(
        "errors/status", [Scene.healthy()], topology: .oneSided, steps: [.error(ErrorStep())]
      ).verdict == .skip)
  }
}
