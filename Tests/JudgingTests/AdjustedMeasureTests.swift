import Core
import Judging
import Testing

@Suite struct AdjustedMeasureTests {
  /// Two of three arrive; the third counts as a first token that never came.
  @Test func failuresCountAsNever() throws {
    var failed = Scene.healthy(2)
    failed.transport = .failed(.reset)
    let good = [Scene.healthy(0), Scene.healthy(1)]
    let all = Measures.of((good + [failed]).map(\.observation))
    let adjusted = try #require(all["ttft.adjusted"])
    #expect(adjusted.n == 3)
    #expect(adjusted.p50 == all["ttft"]?.max)
    #expect(adjusted.max == .infinity)
    #expect(Measures.of(good.map(\.observation))["ttft.adjusted"] == nil)
    var left = Scene.healthy(2)
    left.left = 100
    left.transport = .failed(.cancelled)
    #expect(Measures.of((good + [left]).map(\.observation))["ttft.adjusted"] == nil)
  }

  /// Gaps of 600, 10 and 1,500 ms exceed half a second by 100 and 1,000 ms.
  @Test func excessSumsWhatIsBeyondTheThreshold() throws {

    // Written 50 ms apart from 20 ms on.
    let arrivals: [Double: Double] = [20: 100, 70: 700, 120: 710, 170: 2210]
    let scene = Scene.healthy(tokens: 4, relay: { arrivals[$0] ?? $0 })
    let measures = Measures.of([scene.observation])
    #expect(measures["stall.excess"]?.p50 == 1100e6)
    #expect(measures["stall"]?.p50 == 1500e6)
  }
}
