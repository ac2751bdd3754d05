import Core
import Stats

/// A fixed record with one target of each kind: clean, buffering, failing, one-sided, and one
/// whose streams never came.
enum SampleRecord {
  static func full() -> RunRecord {
    RunRecord(
      tool: .init(version: "0.1.0", curl: "libcurl/7.88.1 OpenSSL/3.0.17"),
      startedAt: "2026-11-23T20:00:00Z", durationNs: .milliseconds(61_250), complete: true,
      note: "", machine: machine, seed: 7, instrument: instrument(),
      targets: [clean(), buffering(), failing(), oneSided()])
  }

  static func interrupted() -> RunRecord {
    var record = full()
    record.complete = false
    record.note = "interrupted by SIGINT"
    record.targets = [empty()]
    record.instrument = .init(floor: [:], lateness: [:], fit: true, remarks: [])
    record.durationNs = .milliseconds(80)
    return record
  }

  /// Two of three machines, of which the second was cut short.
  static func merged() -> RunRecord {
    var record = full()
    record.complete = false
    record.note = "1 of 3 shards is missing: 3; shard 2/3: interrupted by the user"
    record.intendedStart = "2026-11-23T20:00:20Z"
    record.instrument = .init(
      floor: instrument().floor,
      lateness: ["send": measure((0..<40).map { 9_000 + Double($0) * 700 })],
      fit: false, remarks: ["shard 2/3: The processor was short."])
    var counted = Histogram()
    for index in 0..<3_000 { counted.add(20e6 + Double(index * index)) }
    var target = clean()
    target.scenario.digest = "00c0ffee00c0ffee"
    target.scenario.concurrencyPerMachine = 1
    let added = target.measures.filter { Measure.needsOneClock($0.key) }
    target.measures = target.measures.filter { !Measure.needsOneClock($0.key) }
    target.measures["gap"] = measure(counted)
    target.verdicts[0].verdict = .fail
    target.verdicts[0].actual = "shard 1/3: spread p50 0.7; shard 2/3: spread p50 0.6"
    record.targets = [target]
    record.machines = [1, 2].compactMap { index in
      guard let shard = Shard(index: index, count: 3) else { return nil }
      return MachineRecord(
        shard: shard, machine: machine, startedAt: "2026-11-23T20:00:0\(index)Z",
        durationNs: .milliseconds(60_000), complete: index == 1,
        note: index == 1 ? "" : "interrupted by the user", fit: index == 1,
        remarks: index == 1 ? [] : ["The processor was short."], floor: instrument().floor,
        selftest: index == 1 ? instrument().selftest : nil,
        shares: [
          .init(
            exchanges: .init(total: 10, warmup: 1, byEnd: ["done": 10]), measures: added,
            floor: target.floor)
        ])
    }
    return record
  }

  static let machine = RunRecord.Machine(
    system: "Linux 6.1.0-18-amd64", processor: "AMD EPYC 7B13", cores: 2,
    memoryBytes: 8_589_934_592)

  static func instrument(fit: Bool = true) -> RunRecord.Instrument {
    .init(
      floor: [
        "added.chunk": measure((0..<400).map { 31_000 + Double($0 * $0) * 1.2 }),
        "added.ttft": measure((0..<40).map { 48_000 + Double($0) * 5_100 }),
      ],
      lateness: [
        "send": measure((0..<40).map { 9_000 + Double($0) * 700 }),
        "write": measure((0..<400).map { 4_000 + Double($0) * 120 }),
        "read": measure((0..<200).map { 3_000 + Double($0) * 150 }),
      ],
      fit: fit,
      remarks: fit
        ? ["The processor's frequency was not fixed."]
        : ["Writes were up to 82 ms late: the machine is overloaded."],
      selftest: .init(ResolutionTests.selfTest(), machine: machine))
  }

  /// Nearest-rank quantiles of sorted samples.
  static func measure(_ samples: [Double], unit: String = "ns") -> Measure {
    guard let last = samples.last, let first = samples.first else {
      return Measure(
        unit: unit, n: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0, min: 0,
        storage: "exact", samples: [])
    }
    func rank(_ permille: Int) -> Double {
      samples[max(0, (samples.count * permille + 999) / 1000 - 1)]
    }
    return Measure(
      unit: unit, n: samples.count, p50: rank(500), p90: rank(900), p95: rank(950),
      p99: rank(990), p999: rank(999), max: last, min: first, storage: "exact", samples: samples)
  }

  /// Of a series that was counted in buckets.
  static func measure(_ counted: Histogram) -> Measure {
    let figures = counted.quantiles([0.5, 0.9, 0.95, 0.99, 0.999])
    let parts = counted.parts
    return Measure(
      unit: "ns", n: counted.count, p50: figures[0], p90: figures[1], p95: figures[2],
      p99: figures[3], p999: figures[4], max: counted.infinite > 0 ? .infinity : counted.max ?? 0,
      min: counted.min ?? 0, storage: "histogram", samples: [],
      histogram: BucketCounts(
        bits: parts.bits, positive: parts.positive, negative: parts.negative, zeros: parts.zeros,
        infinite: parts.infinite, min: parts.min, max: parts.max))
  }

  static func target(_ name: String, _ topology: TargetRecord.Topology, faults: [String] = [])
    -> TargetRecord
  {
    TargetRecord(
      name: name,
      url: topology == .oneSided ? "https://relay.example/v1" : "http://127.0.0.1:4000/v1",
      topology: topology, dialect: "openai-chat",
      scenario: .init(
        name: "steady-20", about: "20 events 50 ms apart", streams: 20, concurrency: 2,
        arrivals: "closed",
        faults: faults))
  }

  /// A stream of `count` chunks 50 ms apart whose arrivals are given by `arrival(i, write)`.
  static func stream(
    _ ordinal: Int, count: Int = 20, end: EndCondition = .done, detail: String = "",
    after: Int64 = 15, arrival: (Int, Int64) -> Int64?
  ) -> StreamRecord {
    let writes = (0..<count).map { Int64($0) * 50_000_000 + 21_000_000 + Int64(ordinal) * 130_000 }
    let arrivals = writes.enumerated().compactMap { arrival($0.offset, $0.element) }
    let last = max(writes.last ?? 0, arrivals.last ?? 0)
    return StreamRecord(
      ordinal: ordinal, nonce: Nonce(seed: 7, ordinal: ordinal), end: end,
      status: end == .refused ? 0 : 200, detail: detail,
      ttft: arrivals.first.map { Nanoseconds($0) },
      e2e: Nanoseconds(last + after * 1_000_000), writes: writes.map { Nanoseconds($0) },
      arrivals: arrivals.map { Nanoseconds($0) })
  }

  static func clean() -> TargetRecord {
    var target = target("nginx-stream", .twoSided)
    target.exchanges = .init(total: 20, warmup: 2, byEnd: ["done": 20])
    target.overhead = SampleOverhead.record
    target.measures = measures(first: 22_000_000, step: 260_000, added: 60_000, factor: 1.012)
    target.floor = [
      "added.chunk": measure((0..<600).map { 30_000 + Double($0) * 450 }),
      "added.ttft": measure((0..<30).map { 47_000 + Double($0) * 5_000 }),
    ]
    target.verdicts = [
      Verdict(
        id: "fidelity/buffering", level: .must, verdict: .pass,
        expected: "chunks arrive as they are written", actual: "spread p50 0.998"),
      Verdict(
        id: "fidelity/order", level: .must, verdict: .pass, expected: "every event once, in order",
        actual: "400 of 400 events"),
      Verdict(
        id: "cancel/mid-stream", level: .should, verdict: .skip, expected: "",
        actual: "the scenario's client does not leave"),
    ]
    target.expectations = [
      .init(text: "ttft.p99 < 200ms", outcome: .pass, actual: "26.9 ms")
    ]
    target.usage = .init(reported: 20, prompt: 24_740, completion: 8_380)
    target.scenario.connections = "reuse"
    target.exchanges.reused = 18
    target.tokens = ["scripted": 19, "estimate": 1]
    target.pace = .init(sentPerSecond: 2.4, donePerSecond: 2.1)
    target.turns = [
      TurnRecord(
        turn: 1, total: 10, done: 10, ttft: measure([22e6, 23e6]), e2e: measure([990e6, 1_010e6])),
      TurnRecord(turn: 2, total: 10, done: 0, ttft: nil, e2e: nil),
    ]
    target.streams = (0..<20).map { ordinal in
      stream(ordinal) { index, write in write + 60_000 + Int64(index % 3) * 40_000 }
    }
    return target
  }

  static func buffering() -> TargetRecord {
    var target = target("nginx-gzip", .twoSided)
    target.exchanges = .init(total: 20, warmup: 2, byEnd: ["done": 20])
    target.measures = measures(
      first: 990_000_000, step: 1_500_000, added: 900_000, factor: 1.0178)
    target.measures["spread"] = measure((0..<20).map { 0.0001 * Double($0) }, unit: "ratio")
    target.verdicts = [
      Verdict(
        id: "http/content-type", level: .must, verdict: .pass, expected: "text/event-stream",
        actual: "text/event-stream; charset=utf-8"),
      Verdict(
        id: "fidelity/buffering", level: .must, verdict: .fail,
        expected: "chunks arrive as they are written: spread at least 0.9",
        actual: "spread p50 0.001: the reply was held back and poured out at the end",
        evidence: [0, 1, 2, 3, 4]),
      Verdict(
        id: "http/early-status", level: .should, verdict: .warn,
        expected: "no status before the provider has answered", actual: "in 3 of 20 streams",
        evidence: [2, 7, 9]),
    ]
    target.expectations = [
      .init(text: "ttft.p99 < 200ms", outcome: .fail, actual: "1.02 s"),
      .init(text: "errors.rate < 0.01", outcome: .pass, actual: "0"),
    ]
    target.streams = (0..<6).map { ordinal in
      stream(ordinal) { index, _ in 990_000_000 + Int64(index) * 40_000 }
    }
    return target
  }

  /// Everything in its texts tries to get out of its place.
  static func failing() -> TargetRecord {
    let hostile = "<script>alert(1)</script> | `code` *bold* \u{1B}[31m\u{202E}\n@all"
    var target = target("litellm", .twoSided, faults: ["leg b: reset at event(5)"])
    target.exchanges = .init(
      total: 20, warmup: 0,
      byEnd: ["done": 11, "premature": 4, "timeout-idle": 2, "eof-without-terminator": 3])
    target.measures = measures(first: 60_000_000, step: 2_700_000, added: 240_000, factor: 1.011)
    target.measures["ttft"] = measure((0..<17).map { 60_000_000 + Double($0) * 2_700_000 })
    target.verdicts = [
      Verdict(
        id: "failure/masked", level: .must, verdict: .fail,
        expected: "an upstream that broke off is not passed off as a success", actual: hostile,
        evidence: [1, 4]),
      Verdict(
        id: "usage/present", level: .must, verdict: .inconclusive, expected: "usage when asked for",
        actual: "only 3 streams got that far"),
    ]
    target.faults = [4, 9, 12, 15].map { ordinal in
      FaultRecord(
        leg: .b, rule: "reset at event(5)", kind: "reset", effect: .cuts, connection: ordinal,
        nonce: Nonce(seed: 7, ordinal: ordinal), at: Instant(nanoseconds: 5_000_000),
        bytesBefore: 1_204, eventsBefore: 5)
    }
    target.streams = [
      stream(0) { _, write in write + 400_000 },
      stream(1, end: .premature, detail: hostile) { index, write in
        index < 5 ? write + 300_000 : nil
      },
      stream(4, end: .timeoutIdle, detail: "no byte for 5 s", after: 5_000) { index, write in
        index < 9 ? write + 9_000_000 : nil
      },
      stream(9, count: 0, end: .refused, detail: "connection refused", after: 1) { _, _ in nil },
      stream(12, end: .eofWithoutTerminator) { _, write in write + 40_000_000 },
    ]
    target.probes = ["GET /v1/models": 4, "HEAD /|`": 1]
    target.remarks = ["TLS verification was off (--insecure)."]
    return target
  }

  static func oneSided() -> TargetRecord {
    var target = target("hosted-relay-模型", .oneSided)
    target.exchanges = .init(total: 20, warmup: 1, byEnd: ["done": 20])
    target.measures = [
      "ttft": measure((0..<20).map { 380_000_000 + Double($0 * $0) * 6_000_000 }),
      "gap": measure((0..<380).map { Double($0) * 210_000 }),
      "rate": measure((0..<20).map { 41.5 + Double($0) * 0.7 }, unit: "per-second"),
    ]
    target.streams = (0..<5).map { ordinal in
      var stream = stream(ordinal) { index, write in
        write + 360_000_000 + Int64(index / 4) * 12_000_000
      }
      stream.writes = []
      return stream
    }
    return target
  }

  static func empty() -> TargetRecord {
    var target = target("direct", .direct)
    target.url = ""
    return target
  }

  private static func measures(
    first: Double, step: Double, added: Double, factor: Double
  ) -> [String: Measure] {
    var delay = added
    let chunks = (0..<400).map { _ -> Double in
      delay *= factor
      return delay
    }
    return [
      "ttft": measure((0..<20).map { first + Double($0) * step }),
      "added.chunk": measure(chunks),
      "added.ttft": measure((0..<20).map { chunks[$0 * 10] }),
      "gap": measure((0..<380).map { 48_900_000 + Double($0) * 6_000 }),
      "coalesced": measure((0..<20).map { Double($0) * 0.002 }, unit: "ratio"),
      "spread": measure((0..<20).map { 0.98 + Double($0) * 0.001 }, unit: "ratio"),
      "e2e": measure((0..<20).map { 985_000_000 + Double($0) * 1_100_000 }),
    ]
  }
}
