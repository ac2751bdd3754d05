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
            .number("Streams done"), .text("Fit"),
          ], rows: machines.map(machineRow))),
    ]
    let notes = machines.filter { !$0.complete }.map { "Shard \($0.shard): \($0.note)" }
    if !notes.isEmpty { blocks.append(.list(notes)) }
    blocks.append(.note(Self.clockWords))
    let rows = machines.flatMap(delayRows)
    guard !rows.isEmpty else { return blocks }
    blocks.append(
      .table(
        Table(
          caption: "What the relay adds, on each machine by itself",
          columns: [
            .text("Shard"), .text("Target"), .text("Measure"), .number("n"), .number("p50"),
            .number("p90"), .number("p99"), .number("max"), .number("Floor p99"),
          ], rows: rows)))
    return blocks
  }

  /// Why some figures are not added up.
  static let clockWords =
    "Two-sided measures are per machine: provider and runner of one machine share a clock, and"
    + " across machines one-way delays are not compared. So added.chunk and added.ttft, and their"
    + " floor, are given for each machine by itself."

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
      .text(machine.fit ? "yes" : "NO"),
    ]
  }

  private func delayRows(_ machine: MachineRecord) -> [[Cell]] {
    machine.shares.enumerated().flatMap { index, share -> [[Cell]] in
      guard record.targets.indices.contains(index) else { return [] }
      return Glossary.ordered(share.measures.keys).compactMap { name in
        guard let measure = share.measures[name] else { return nil }
        let floor = record.targets[index].topology == .direct ? nil : machine.floor[name]
        return [
          .text("\(machine.shard)"), cell(index), .code(name), .number(Figure.count(measure.n)),
        ]
          + [measure.p50, measure.p90, measure.p99, measure.max].map {
            quantile($0, measure, name)
          } + [floor.map { quantile($0.p99, $0, name) } ?? .number(Figure.none)]
      }
    }
  }
}
