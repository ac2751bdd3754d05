import Core
import Judging
import Testing

/// The client's figures against the provider's log of the same stream.
@Suite struct LogErrorTests {
  private func samples(_ scenes: [Scene]) -> (ttft: [Double], gap: [Double]) {
    var error = LogError()
    for scene in scenes { error.add(scene.observation) }
    return (
      Measures.measure(error.ttft, unit: "ns")?.samples.map { $0 / 1e6 } ?? [],
      Measures.measure(error.gap, unit: "ns")?.samples.map { $0 / 1e6 } ?? []
    )
  }

  /// Sent at 1 ms and received at 2; written at 20 and read at 22: the client says 21, the log 18.
  @Test func bothWaysCount() {
    let found = samples([.healthy()])
    #expect(found.ttft == [3])
    #expect(found.gap == Array(repeating: 0, count: 19))
  }

  /// Two tokens in one read: a gap of zero where the log says 50, and a longer one before it.
  @Test func whatCameTogetherCounts() {
    let scene = Scene.healthy(relay: { $0 > 60 && $0 < 80 ? 122 : $0 + 2 })
    #expect(samples([scene]).gap == Array(repeating: 0, count: 17) + [50, 50])
  }

  @Test func warmUpAndFailuresDoNot() {
    var warmup = Scene.healthy()
    warmup.warmup = true
    #expect(samples([warmup, .broken()]).ttft == [])
  }
}
