import Core
import Judging
import Testing
import Wire

@Suite struct TokenTests {
  @Test func arrivalIsTheReadWithTheLastByte() {
    let observation = Scene.healthy(tokens: 3).observation
    #expect(observation.tokens.arrivals.map(\.number) == [0, 1, 2])
    #expect(
      observation.tokens.arrivals.map(\.instant) == [Scene.ms(22), Scene.ms(72), Scene.ms(122)])
    #expect(observation.output.map(\.wake) == [1, 2, 3])
    #expect(observation.written(observation.tokens.arrivals[1]) == Scene.ms(70))
  }

  @Test func aTokenOverTwoEventsArrivesWithTheSecond() {
    var scene = Scene.healthy(tokens: 1)
    let text = scene.lines[1].text
    scene.lines[1].text = String(text.prefix(6))
    scene.lines.insert(.init(text: "o " + text.dropFirst(6), at: 50), at: 2)
    for index in 3..<scene.lines.count { scene.lines[index].at = 60 }
    #expect(scene.observation.tokens.arrivals.map(\.instant) == [Scene.ms(50)])
    #expect(scene.observation.tokens.foreignBytes == 0)
  }

  @Test func lossRepetitionOrderSplicing() {
    var scene = Scene.healthy(tokens: 6, relay: { _ in 500 })
    scene.lines.swapAt(2, 3)
    scene.lines.insert(scene.lines[1], at: 5)
    scene.lines[6].text = "o " + TokenText.token(9, of: Nonce(value: 1)) + "x"
    let tokens = scene.observation.tokens
    #expect(tokens.arrivals.map(\.number) == [0, 2, 1, 3])
    #expect(tokens.reordered == 1)
    #expect(tokens.duplicated == 1)
    #expect(tokens.foreign == 1)
    #expect(tokens.foreignBytes == 1 + 12)
  }

  @Test func replacementCharactersOverTwoEvents() {
    var scene = Scene.healthy(tokens: 1, relay: { _ in 500 })
    scene.lines.insert(.init(text: "o a\u{FFFD}\u{FFFD}b", at: 500), at: 2)
    #expect(scene.observation.tokens.replacementCharacters == 2)
  }

  /// A retry writes every token again; what arrived can only come from a write before it.
  @Test func severalTriesHaveSeveralWrites() throws {
    var scene = Scene.healthy(tokens: 2)
    var first = try #require(scene.provider)
    first.receivedAt = Scene.ms(1)
    first.writes = [
      WriteMark(kind: .token(0), instant: Scene.ms(5), due: Scene.ms(5), length: 1),
      WriteMark(kind: .token(1), instant: Scene.ms(6), due: Scene.ms(6), length: 1),
    ]
    scene.earlier = [first]
    scene.lines[1].at = 22
    let observation = scene.observation
    #expect(observation.written(observation.tokens.arrivals[0]) == Scene.ms(20))
    #expect(observation.written(observation.tokens.arrivals[1]) == Scene.ms(70))
  }
}
