import Core
import Judging
import Testing
import Wire

/// Streams that are good in everything at once.
@Suite struct GoodputTests {
  private func record(_ scenes: [Scene], _ goodput: String) throws -> TargetRecord.Goodput? {
    let scenario = try ScenarioReader.read(
      Array("{ name: 's', provider: { script: ['done'] }, goodput: \(goodput) }".utf8), path: "s",
      faults: [])
    return Judge.target(
      topology: .direct, dialect: LineDialect(), scenario: scenario,
      observations: scenes.map(\.observation)
    ).goodput
  }

  /// Each breaks another objective, and most streams are within each of them.
  private var scenes: [Scene] {
    let good = Scene.healthy(tokens: 4, gap: 10)
    var late = good
    for index in late.lines.indices { late.lines[index].at += 100 }
    late.ended += 100
    var halting = good
    for index in 3..<halting.lines.count { halting.lines[index].at += 60 }
    halting.ended += 60
    var cut = good
    cut.transport = .failed(.reset)
    return [good, late, halting, cut]
  }

  @Test func allObjectivesTogether() throws {
    let found = try #require(try record(scenes, "['ttft < 50ms', 'gap < 40ms']"))
    #expect(found.met == 1 && found.total == 4)
    #expect(found.objectives == ["ttft < 50ms", "gap < 40ms"])
    #expect(found.perSecond > 0)
    #expect(try record(scenes, "['ttft < 50ms']")?.met == 2)
    #expect(try record(scenes, "['ttft < 5s', 'gap.p50 < 5s']")?.met == 3)
  }

  @Test func whatHasNoFigureIsNotGood() throws {
    #expect(try record(scenes, "['ttfr < 5s']")?.met == 0)
    #expect(try record(scenes, "[]") == nil)
    #expect(try record([], "['ttft < 5s']") == nil)
  }
}
