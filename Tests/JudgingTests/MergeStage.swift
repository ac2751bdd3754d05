import Core
import Judging

/// Records of machines that shared a run, without a run.
enum MergeStage {
  static func machine(_ index: Int = 1) -> RunRecord.Machine {
    .init(system: "Linux \(index)", processor: "P", cores: 2, memoryBytes: 1 << 30)
  }

  static func measure(_ values: [Double]) -> Measure {
    Measures.measure(values, unit: "ns")
      ?? Measure(
        unit: "ns", n: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0, min: 0,
        storage: "exact", samples: [])
  }

  static func target(_ name: String = "relay", values: [Double] = [1e6, 2e6]) -> TargetRecord {
    var target = TargetRecord(
      name: name, url: "http://127.0.0.1:4000/v1", topology: .twoSided, dialect: "openai-chat",
      scenario: .init(
        name: "s", about: "", streams: values.count, concurrency: 2, arrivals: "closed", faults: [],
        digest: "00c0ffee00c0ffee"))
    target.exchanges = .init(total: values.count, warmup: 1, byEnd: ["done": values.count])
    target.measures = ["ttft": measure(values), "added.chunk": measure(values.map { $0 / 10 })]
    return target
  }

  static func record(_ index: Int, of count: Int, targets: [TargetRecord] = [target()]) -> RunRecord
  {
    var record = RunRecord(
      tool: .init(version: "1.0", curl: "c"), startedAt: "2026-11-26T12:00:0\(index % 10)Z",
      durationNs: .seconds(20), complete: true, note: "", machine: machine(index), seed: 7,
      instrument: .init(
        floor: ["added.chunk": measure([3e4])],
        lateness: ["send": measure([Double(index)])], fit: true, remarks: [],
        selftest: selfTest(machine(index))),
      targets: targets)
    record.shard = Shard(index: index, count: count)
    record.intendedStart = "2026-11-26T12:00:10Z"
    return record
  }

  /// One self-test, with these errors of ttft at 1 and 64 streams.
  static func selfTest(_ machine: RunRecord.Machine, errors: (Double, Double) = (1e5, 2e5))
    -> RunRecord.SelfTestReference
  {
    func pair(_ value: Double) -> SelfTestFigures.Pair { .init(n: 60, p50: value / 2, p99: value) }
    return RunRecord.SelfTestReference(
      SelfTestRecord(
        tool: .init(version: "1.0", curl: "c"), startedAt: "2026-11-25T12:00:00Z",
        durationNs: .seconds(12), machine: machine,
        figures: .init(
          levels: [(1, errors.0), (64, errors.1)].map { streams, error in
            .init(streams: streams, ttft: pair(error), gap: pair(error / 10), lateness: [:])
          }, floor: [:], chunksPerSecond: 1, chunksPerProcessorSecond: 1), fit: true, remarks: []),
      machine: machine)
  }

  static func verdict(
    _ outcome: Verdict.Outcome, _ actual: String, evidence: [Int] = []
  ) -> Verdict {
    Verdict(
      id: "fidelity/x", level: .must, verdict: outcome, expected: "x", actual: actual,
      evidence: evidence)
  }

  /// Named as if they lay in `a.json`, `b.json` and so on.
  static func parts(_ records: [RunRecord]) -> [RecordMerge.Part] {
    records.enumerated().map { index, record in
      RecordMerge.Part(
        file: "\(Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))).json", record: record)
    }
  }

  static func merge(_ records: [RunRecord]) throws -> RunRecord {
    try RecordMerge.merge(parts(records))
  }
}
