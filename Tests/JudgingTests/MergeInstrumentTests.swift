import Core
import Judging
import Testing

/// What the instruments of several machines were worth, in the record of all of them.
struct MergeInstrumentTests {
  private typealias Stage = MergeStage

  private func record(
    _ index: Int, of count: Int, floor: [Double] = [3e4], concurrency: Int = 2
  ) -> RunRecord {
    var record = Stage.record(index, of: count)
    record.targets[0].floor = ["added.chunk": Stage.measure(floor)]
    record.targets[0].scenario.concurrency = concurrency
    record.instrument.floor = record.targets[0].floor ?? [:]
    return record
  }

  /// The floor is one over all values, exact or counted, and each machine keeps its own.
  @Test(arguments: [40, Limits.exactSamples + 500])
  func floorsAddUp(samples: Int) throws {
    var random = SplitMix64(seed: 23)
    let all = (0..<samples).map { _ in (1e6 * random.unit() * random.unit()).rounded() }
    let parts = (0..<3).map { part in
      all.enumerated().filter { $0.offset % 3 == part }.map(\.element)
    }
    let merged = try Stage.merge((1...3).map { record($0, of: 3, floor: parts[$0 - 1]) }.reversed())
    let floor = ["added.chunk": Stage.measure(all)]
    #expect(merged.targets[0].floor == floor && merged.instrument.floor == floor)
    let storage = samples > Limits.exactSamples ? "histogram" : "exact"
    #expect(floor["added.chunk"]?.storage == storage)
    let machines = try #require(merged.machines)
    for (machine, part) in zip(machines, parts) {
      #expect(machine.floor == ["added.chunk": Stage.measure(part)])
      #expect(machine.shares[0].floor == machine.floor)
    }
  }

  @Test func aTargetWithoutAFloorHasNone() throws {
    let merged = try Stage.merge([Stage.record(1, of: 2), Stage.record(2, of: 2)])
    #expect(merged.targets[0].floor == nil)
    #expect(merged.machines?.map { $0.shares[0].floor } == [nil, nil])
    #expect(merged.instrument.floor == ["added.chunk": Stage.measure([3e4, 3e4])])
  }

  /// An error bar is of a machine with its streams, not of all machines with all of theirs.
  @Test func errorsStayWithTheirMachines() throws {
    var records = [record(1, of: 2, concurrency: 3), record(2, of: 2, concurrency: 4)]
    records[1].instrument.selftest = Stage.selfTest(records[1].machine, errors: (3e5, 4e5))
    let merged = try Stage.merge(records)
    #expect(merged.machines?.map(\.selftest) == records.map(\.instrument.selftest))
    #expect(merged.targets[0].scenario.concurrency == 7)
    #expect(merged.targets[0].scenario.concurrencyPerMachine == 4)
    #expect(merged.instrument.selftest == nil && merged.instrument.remarks.isEmpty)
  }

  /// One that is of another machine says as little as none.
  @Test func machinesWithoutASelfTestAreNamed() throws {
    var records = (1...4).map { record($0, of: 4) }
    records[1].instrument.selftest = nil
    records[3].instrument.selftest?.sameMachine = false
    let some = try Stage.merge(records).instrument.remarks
    #expect(some.count == 1)
    #expect(some.first?.contains("of shard 2/4, 4/4 before the run") == true, "\(some)")
    #expect(some.first?.contains("may be larger (≥)") == true, "\(some)")
    for index in records.indices { records[index].instrument.selftest = nil }
    let none = try Stage.merge(records).instrument.remarks
    #expect(none.first?.contains("of shard 1/4, 2/4, 3/4, 4/4 before") == true, "\(none)")
    #expect(none.first?.contains("there are no error bars") == true, "\(none)")
    #expect(try Stage.merge(records).instrument.fit)
  }
}
