import Core
import Reporting
import Testing

/// What a machine cannot resolve is said to be so in every format, and so is its error.
@Suite struct ResolutionTests {
  private static func pair(_ microseconds: Double) -> SelfTestFigures.Pair {
    .init(n: 60, p50: microseconds * 400, p99: microseconds * 1_000)
  }

  typealias Errors = [(streams: Int, microseconds: Double)]
  static let errors: Errors = [(1, 111), (64, 222), (256, 333)]

  /// These errors for ttft, ten times less for gaps.
  static func selfTest(
    machine: RunRecord.Machine = SampleRecord.machine, errors: Errors = errors
  ) -> SelfTestRecord {
    SelfTestRecord(
      tool: .init(version: "0.1.0", curl: "libcurl/7.88.1"), startedAt: "2026-11-20T08:00:00Z",
      durationNs: .seconds(12), machine: machine,
      figures: SelfTestFigures(
        levels: errors.map { streams, error in
          .init(
            streams: streams, ttft: pair(error), gap: pair(error / 10),
            lateness: ["send": pair(80), "write": pair(90), "read": pair(70)])
        }, floor: ["added.chunk": pair(190), "added.ttft": pair(220)], chunksPerSecond: 412_000,
        chunksPerProcessorSecond: 455_000), fit: true, remarks: [])
  }

  /// Added delays this far above the floor, in each quantile; the floor is 100 µs to 200 µs.
  private func record(
    above: Double, topology: TargetRecord.Topology = .twoSided, concurrency: Int = 2,
    machine: RunRecord.Machine? = SampleRecord.machine
  ) -> RunRecord {
    var record = SampleRecord.full()
    let floor = SampleRecord.measure((0...100).map { 100_000 + Double($0) * 1_000 })
    record.instrument.floor = ["added.chunk": floor]
    record.instrument.selftest = machine.map {
      .init(Self.selfTest(machine: $0), machine: record.machine)
    }
    record.targets = [SampleRecord.clean()]
    record.targets[0].floor = nil
    record.targets[0].topology = topology
    record.targets[0].scenario.concurrency = concurrency
    record.targets[0].measures["added.chunk"] = SampleRecord.measure(
      floor.samples.map { $0 + above * 1_000 })
    record.targets[0].measures["added.ttft"] = nil
    return record
  }

  private func inEveryFormat(_ record: RunRecord, _ check: (String, String) -> Void) {
    for renderer in Renderers.all where renderer.name != "json" {
      let text = renderer.render(record)
      check(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), renderer.name)
    }
  }

  private static let words = "below what this machine can resolve"

  @Test(arguments: [
    (0.0, true), (48.0, true), (-500.0, true), (49.5, false), (500.0, false),
  ])
  func theSpreadOfTheFloorDecides(above: Double, isBelow: Bool) {
    inEveryFormat(record(above: above)) { text, name in
      #expect(text.contains(Self.words) == isBelow, "\(name), \(above) µs above")
      #expect(text.contains("all of it is \(Self.words)") == isBelow, "\(name)")
    }
  }

  /// A target has a floor of its own, which was measured when it was.
  @Test func theFloorOfTheTargetCounts() {
    var record = record(above: 0)
    record.targets[0].floor = ["added.chunk": SampleRecord.measure([1_000, 2_000])]
    inEveryFormat(record) { text, name in
      #expect(!text.contains(Self.words), "\(name)")
      #expect(text.contains("its floor"), "\(name)")
    }
  }

  /// Each quantile is held against the same one of the floor.
  @Test func quantilesAreNamed() {
    var record = record(above: 0)
    let floor = record.instrument.floor["added.chunk"]?.samples ?? []
    record.targets[0].measures["added.chunk"] = SampleRecord.measure(
      floor.enumerated().map { $1 + ($0 > 93 ? 900_000 : 0) })
    inEveryFormat(record) { text, name in
      #expect(text.contains("added.chunk: p50 and p90 are \(Self.words)"), "\(name)")
    }
  }

  @Test func aRunWithoutARelayIsItsOwnFloor() {
    inEveryFormat(record(above: 0, topology: .direct)) { text, name in
      #expect(!text.contains(Self.words), "\(name)")
      #expect(text.contains("these delays are the floor itself"), "\(name)")
    }
  }

  /// The nearest number of streams at or above.
  @Test(arguments: [
    (1, "± 111 µs"), (2, "± 222 µs"), (64, "± 222 µs"), (65, "± 333 µs"), (257, "≥ ± 333 µs"),
  ])
  func errorBarsAreThoseOfAsManyStreams(concurrency: Int, bar: String) {
    inEveryFormat(record(above: 0, concurrency: concurrency)) { text, name in
      #expect(text.contains(bar), "\(name)")
      #expect(text.contains("self-test of 2026-11-20T08:00:00Z"), "\(name)")
    }
  }

  /// Nobody knows how many streams of an open loop were under way.
  @Test func openLoopsGetTheLargestBar() {
    var record = record(above: 0, concurrency: 1)
    record.targets[0].scenario.arrivals = "constant 5/s"
    inEveryFormat(record) { text, name in
      #expect(text.contains("± 333 µs") && text.contains("± 33.3 µs"), "\(name)")
    }
  }

  @Test func withoutASelfTestItIsSaid() {
    var other = SampleRecord.machine
    other.cores = 64
    for machine in [nil, other] {
      inEveryFormat(record(above: 0, machine: machine)) { text, name in
        #expect(text.contains("No error bars"), "\(name)")
        #expect(text.contains("relaymark selftest"), "\(name)")
        #expect(!text.contains("± 222"), "\(name)")
      }
    }
  }
}
