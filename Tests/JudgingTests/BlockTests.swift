import Core
import Judging
import Testing
import Wire

/// A run of any length is judged in blocks: the figures are the same, and nothing is missed.
@Suite struct BlockTests {
  private func record(_ scenes: [Scene], mostBytes: Int) -> TargetRecord {
    Judge.target(
      dialect: LineDialect(),
      scenario: Scenario(
        name: "test", traffic: Traffic(streams: scenes.count),
        expect: (try? [Expectation(literal: "errors.rate < 0.5")]) ?? []),
      observations: scenes.map(\.observation), mostBytes: mostBytes)
  }

  private var scenes: [Scene] {
    var scenes = (0..<12).map { Scene.healthy($0, tokens: 4 + $0) }
    scenes[10].transport = .failed(.premature)
    return scenes
  }

  @Test func blocksHaveTheFiguresOfTheWhole() {
    let whole = record(scenes, mostBytes: Limits.judgedBytes)
    // The order in which exchanges end is not the one in which they began.
    var blocks = record(scenes.reversed(), mostBytes: 1)
    for index in blocks.verdicts.indices { blocks.verdicts[index].actual = "" }
    var expected = whole
    for index in expected.verdicts.indices { expected.verdicts[index].actual = "" }
    #expect(blocks.measures == whole.measures)
    #expect(blocks.exchanges == whole.exchanges)
    #expect(blocks.streams == whole.streams)
    #expect(blocks.expectations == whole.expectations)
    #expect(blocks.usage == whole.usage)
    #expect(blocks.verdicts.map(\.verdict) == whole.verdicts.map(\.verdict))
  }

  /// One stream of twelve lost an event, in a block of its own.
  @Test func aDefectInOneBlockIsTheVerdict() throws {
    var scenes = (0..<12).map { Scene.healthy($0) }
    scenes[7].lines.remove(at: 3)
    let verdicts = record(scenes, mostBytes: 1).verdicts
    let events = try #require(verdicts.first { $0.id == "fidelity/events" })
    #expect(events.verdict == .fail && events.evidence == [7])
    #expect(events.actual.contains("judged in 12 blocks of 12 streams"))
    #expect(events.actual.contains("and 1 came out like this"))
    let whole = record(scenes, mostBytes: .max).verdicts
    #expect(whole.allSatisfy { !$0.actual.contains("blocks") })
  }
}
