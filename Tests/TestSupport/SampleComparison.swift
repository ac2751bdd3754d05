package import Core
import Judging

/// A comparison that was never run, with figures that stay as they are.
package enum SampleComparison {
  /// - Parameters:
  ///   - added: what arm `new` adds to first tokens, in nanoseconds.
  ///   - downFrom: the pair from which on nobody answers in arm `new`.
  package static func record(
    pairs: Int = 12, streams: Int = 30, added: Double = 4e7, downFrom: Int? = nil,
    gates: [MeasureGate] = MeasureGate.usual
  ) -> ComparisonRecord {
    var plan = ComparisonPlan(pairs: pairs, streams: streams, gates: gates)
    plan.draws = 200
    var facts = TargetRecord.ScenarioFacts(
      name: "quickstart", about: "healthy streams", streams: streams, concurrency: 4,
      arrivals: "poisson 20/s", faults: [], digest: "0123456789abcdef")
    facts.connections = "reuse"
    var record = ComparisonRecord(
      tool: .init(version: "0.1.0", curl: "libcurl/8"), startedAt: "2026-11-26T10:00:00Z",
      machine: .init(system: "Linux 6", processor: "Test CPU", cores: 2, memoryBytes: 4 << 30),
      seed: 7, scenario: facts, plan: plan,
      arms: [
        .init(
          name: "old", url: "http://127.0.0.1:4000/v1", topology: .twoSided,
          dialect: "openai-chat", faults: []),
        .init(
          name: "new", url: "http://127.0.0.1:4001/v1", topology: .twoSided,
          dialect: "openai-chat", faults: ["leg b: latency 3ms"]),
      ])
    record.durationNs = .seconds(60)
    var random = SplitMix64(seed: 5)
    for pair in 0...pairs {
      let weather = 1 + 0.1 * random.unit()
      for (position, arm) in ComparisonPlan.order(pair: pair, arms: 2, seed: 7).enumerated() {
        let isDown = arm == 1 && pair >= downFrom ?? .max
        record.blocks.append(
          block(
            pair, position, arm, streams, isDown, weather, arm == 1 ? added : 0, gates, &random))
      }
    }
    record.results = ComparisonFigures.judge(record, alpha: plan.alpha)
    ComparisonFigures.sumUp(&record)
    return record
  }

  private static func block(
    _ pair: Int, _ position: Int, _ arm: Int, _ streams: Int, _ isDown: Bool, _ weather: Double,
    _ added: Double, _ gates: [MeasureGate], _ random: inout SplitMix64
  ) -> BlockRecord {
    var measures: [String: Measure] = [:]
    if !isDown {
      // Whole microseconds: what is written and read again stays the same.
      func draw(_ base: Double, _ count: Int) -> [Double] {
        (0..<count).map { _ in (base * weather * (0.8 + 0.4 * random.unit()) / 1e3).rounded() * 1e3
        }
      }
      measures["ttft"] = Measures.measure(draw(2e8, streams).map { $0 + added }, unit: "ns")
      measures["added.chunk"] = Measures.measure(draw(3e5, 2 * streams), unit: "ns")
      measures["stall.excess"] = Measures.measure(
        [Double](repeating: 0, count: streams), unit: "ns")
    }
    return BlockRecord(
      pair: pair, position: position, arm: arm == 0 ? "old" : "new",
      startedNs: .seconds(Int64(4 * pair + 2 * position)), durationNs: .seconds(2),
      exchanges: .init(
        total: streams, warmup: 2, byEnd: [isDown ? "refused" : "done": streams]),
      measures: ComparisonFigures.block(measures, gates: gates))
  }
}
