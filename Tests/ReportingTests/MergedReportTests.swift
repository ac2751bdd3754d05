import Core
import Judging
import Reporting
import Testing

/// Reports of machines that shared a run say of their instruments what those of one machine say.
@Suite struct MergedReportTests {
  /// Floors of 100 to 200 µs, and delays this far above them.
  private func shard(
    _ index: Int, of count: Int = 2, above: Double = 500_000,
    errors: ResolutionTests.Errors? = ResolutionTests.errors, concurrency: Int = 40
  ) -> RunRecord {
    var record = SampleRecord.full()
    record.shard = Shard(index: index, count: count)
    let floor = (0...100).map { 100_000 + Double($0) * 1_000 * Double(index) }
    var target = SampleRecord.clean()
    target.scenario.digest = "00c0ffee00c0ffee"
    target.scenario.concurrency = concurrency
    target.floor = ["added.chunk": SampleRecord.measure(floor)]
    target.measures["added.chunk"] = SampleRecord.measure(floor.map { $0 + above })
    target.measures["added.ttft"] = nil
    record.targets = [target]
    record.instrument.floor = target.floor ?? [:]
    record.instrument.selftest = errors.map {
      .init(ResolutionTests.selfTest(errors: $0), machine: record.machine)
    }
    return record
  }

  private func inEveryFormat(_ records: [RunRecord], _ check: (String, String) -> Void) throws {
    let parts = records.enumerated().map { RecordMerge.Part(file: "\($0)", record: $1) }
    let merged = try RecordMerge.merge(parts)
    for renderer in Renderers.all where renderer.name != "json" {
      let text = renderer.render(merged)
      check(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), renderer.name)
    }
  }

  /// 40 streams on each machine are nearest to the 64 of its self-test, although they are 80 in all.
  @Test func theWorstMachineIsTheErrorBar() throws {
    let errors: ResolutionTests.Errors = [(1, 700), (64, 105), (256, 999)]
    try inEveryFormat([shard(1), shard(2, errors: errors)]) { text, name in
      #expect(text.contains("± 222 µs") && text.contains("± 22.2 µs"), "\(name)")
      #expect(!text.contains("± 105 µs") && !text.contains("≥ ±"), "\(name)")
      #expect(text.contains("of the worst machine"), "\(name)")
      #expect(text.contains("700 µs / 70.0 µs at 1 stream, 222 µs / 22.2 µs at 64"), "\(name)")
    }
  }

  @Test func aMachineWithoutASelfTestLeavesOnlyALeast() throws {
    try inEveryFormat([shard(1), shard(2, errors: nil)]) { text, name in
      #expect(text.contains("≥ ± 222 µs"), "\(name)")
      #expect(text.contains("nothing is known of 1 machine"), "\(name)")
      #expect(text.contains("no self-test was made on the machine of shard 2/2"), "\(name)")
    }
    try inEveryFormat([shard(1, errors: nil), shard(2, errors: nil)]) { text, name in
      #expect(text.contains("No error bars"), "\(name)")
      #expect(text.contains("of shard 1/2, 2/2"), "\(name)")
      #expect(!text.contains("± 222 µs"), "\(name)")
    }
  }

  @Test func moreThanTheSelfTestsHadIsALeast() throws {
    try inEveryFormat([shard(1, concurrency: 257), shard(2)]) { text, name in
      #expect(text.contains("≥ ± 333 µs"), "\(name)")
    }
  }

  /// The floors are one in the instrument's lines; a delay is held against its own machine's.
  @Test func floorsStandBesideFigures() throws {
    try inEveryFormat([shard(1), shard(2)]) { text, name in
      #expect(text.lowercased().contains("floor of added.chunk"), "\(name)")
      #expect(text.contains("floor is that of all machines together"), "\(name)")
      #expect(!text.contains("below what this machine can resolve"), "\(name)")
    }
    // The spread of the first machine's floor is 49 µs, that of the second's 98 µs.
    try inEveryFormat([shard(1, above: 60_000), shard(2, above: 60_000)]) { text, name in
      #expect(text.contains("Shard 2/2: added.chunk: all of it is below"), "\(name)")
      #expect(!text.contains("Shard 1/2: added.chunk"), "\(name)")
    }
  }
}
