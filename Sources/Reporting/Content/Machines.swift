import Core

extension Content {
  /// Of which machines a merged record is, and what only each of them can say.
  var machineBlocks: [Block] {
    guard let machines = record.machines else { return [] }
    var blocks: [Block] = [
      .heading(2, "Machines", anchor: "machines"),
      .note(
        "Figures are of the streams of all machines together, as if one had sent them all; each"
          + " verdict is the worst of any machine, and what the scenario expects is judged on the"
          + " sums."),
      .table(
        Table(
          caption: "Machines that shared the run",
          columns: [
            .text("Shard"), .text("Machine"), .text("Began"), .number("Duration"),
            .number("Streams done"), .text("Fit"), .text("Self-test"),
          ], rows: machines.map(machineRow))),
    ]
    let notes = machines.filter { !$0.complete }.map { "Shard \($0.shard): \($0.note)" }
    if !notes.isEmpty { blocks.append(.list(notes)) }
    blocks.append(.note(Self.clockWords))
    let rows = machines.flatMap(delayRows)
    guard !rows.isEmpty else { return blocks }
    let unresolved = machines.flatMap(resolutionNotes)
    blocks.append(
      .table(
        Table(
          caption: "What the relay adds, on each machine by itself",
          columns: [
            .text("Shard"), .text("Target"), .text("Measure"), .number("n"), .number("p50"),
            .number("p90"), .number("p99"), .number("max"), .number("± error"),
            .number("Floor p50"), .number("Floor p99"),
          ], rows: rows)))
    if !unresolved.isEmpty { blocks.append(.list(unresolved)) }
    for (index, target) in record.targets.enumerated()
    where target.topology == .direct
      && machines.contains(where: {
        $0.shares.indices.contains(index) && !$0.shares[index].measures.isEmpty
      })
    {
      blocks.append(.note("\(labels[index]): \(Self.directDelays)"))
    }
    return blocks
  }

  /// The floor beside a delay of one machine: its own, of that target; none where the run is its own.
  func floor(_ name: String, _ machine: MachineRecord, _ index: Int) -> Measure? {
    guard machine.shares.indices.contains(index), record.targets.indices.contains(index),
      record.targets[index].topology != .direct,
      let floor = (machine.shares[index].floor ?? machine.floor)[name], floor.n > 0
    else { return nil }
    return floor
  }

  /// A sentence for each delay of a machine that it cannot tell from its own floor.
  func resolutionNotes(_ machine: MachineRecord) -> [String] {
    machine.shares.indices.flatMap { index in
      Self.resolutionNotes(machine.shares[index].measures) { floor($0, machine, index) }
        .map { note in
          let which = machine.shares.count == 1 ? "" : " on \(labels[index])"
          return "Shard \(machine.shard)\(which): \(note)"
        }
    }
  }

  /// Why some figures are not added up.
  static let clockWords =
    "Two-sided measures are per machine: provider and runner of one machine share a clock, and"
    + " across machines one-way delays are not compared. So added.chunk and added.ttft are given for"
    + " each machine by itself, and held against that machine's own floor."

  /// What stands beside floors that were added up.
  static let floorWords =
    "The floor is that of all machines together: each value is of one machine by its own clock."

  /// Whether machines that shared the run are not in a merged record.
  static func lacksMachines(_ record: RunRecord) -> Bool {
    guard let machines = record.machines, let shard = machines.first?.shard else { return false }
    return machines.count < shard.count
  }

  /// `Merged from 3 of 4 machines`, or which of several this was; nil for a run of one machine.
  static func sharing(_ record: RunRecord) -> String? {
    if let machines = record.machines {
      let count = machines.first?.shard.count ?? machines.count
      let of = machines.count == count ? "" : "\(Figure.count(machines.count)) of "
      return "Merged from \(of)\(Figure.counted(count, "machine")); two-sided measures are per"
        + " machine."
    }
    return record.shard.map { shard in
      "This is shard \(shard.index) of \(shard.count): its share of the streams, not all of them"
        + " (relaymark merge adds the records up)."
    }
  }

  private func machineRow(_ machine: MachineRecord) -> [Cell] {
    let done = machine.shares.reduce(0) { $0 + $1.exchanges.done }
    let total = machine.shares.reduce(0) { $0 + $1.exchanges.total }
    let facts = machine.machine
    return [
      .text("\(machine.shard)"),
      .text("\(facts.processor), \(Figure.counted(facts.cores, "core")), \(facts.system)"),
      .text(machine.startedAt), .number(machine.durationNs.description),
      .number("\(Figure.count(done)) / \(Figure.count(total))"),
      .text(machine.fit ? "yes" : "NO"), .text(Self.selfTest(machine)),
    ]
  }

  private func delayRows(_ machine: MachineRecord) -> [[Cell]] {
    machine.shares.enumerated().flatMap { index, share -> [[Cell]] in
      guard record.targets.indices.contains(index) else { return [] }
      return Glossary.ordered(share.measures.keys).compactMap { name in
        guard let measure = share.measures[name] else { return nil }
        let floor = floor(name, machine, index)
        return [
          .text("\(machine.shard)"), cell(index), .code(name), .number(Figure.count(measure.n)),
        ]
          + [\.p50, \.p90, \.p99, \.max].map { (value: KeyPath<Measure, Double>) in
            var cell = quantile(measure[keyPath: value], measure, name)
            if let floor, Self.isUnresolved(value, measure, above: floor) {
              cell.hint = "not resolved"
            }
            return cell
          } + [.number(floor.map(Self.spreadBar) ?? Figure.none)]
          + [\.p50, \.p99].map { (value: KeyPath<Measure, Double>) in
            floor.map { quantile($0[keyPath: value], $0, name) } ?? .number(Figure.none)
          }
      }
    }
  }

  private static func selfTest(_ machine: MachineRecord) -> String {
    guard let test = machine.selftest else { return "none" }
    return test.sameMachine ? test.startedAt : "of another machine"
  }
}
