import Core

extension Content {
  /// Which faults the scenario asked for, and how often each of them struck.
  var faultBlocks: [Block] {
    var rows: [[Cell]] = []
    for (index, target) in record.targets.enumerated() {
      for (words, struck) in faultCounts(target) {
        let range = struck.times > 0 ? struck.range : Figure.none
        rows.append([
          cell(index), .code(words), .number(Figure.count(struck.times)), .number(range),
        ])
      }
    }
    let title = Block.heading(2, "Faults injected", anchor: "faults")
    guard !rows.isEmpty else { return [title, .note("None: the way was left undisturbed.")] }
    return [
      title,
      .table(
        Table(
          caption: "Faults in the words of the scenario, and what had been let through before",
          columns: [.text("Target"), .text("Fault"), .number("Times"), .number("Events before")],
          rows: rows)),
    ]
  }

  private struct Struck {
    var times = 0
    var fewest = Int.max
    var most = 0

    var range: String {
      fewest == most ? Figure.count(most) : "\(Figure.count(fewest))–\(Figure.count(most))"
    }
  }

  private func faultCounts(_ target: TargetRecord) -> [(String, Struck)] {
    var order = Content.unique(target.scenario.faults)
    var counts: [String: Struck] = [:]
    for fault in target.faults {
      let words = "leg \(fault.leg.rawValue): \(fault.rule)"
      if counts[words] == nil && !order.contains(words) { order.append(words) }
      var struck = counts[words] ?? Struck()
      struck.times += 1
      struck.fewest = min(struck.fewest, fault.eventsBefore)
      struck.most = max(struck.most, fault.eventsBefore)
      counts[words] = struck
    }
    return order.map { ($0, counts[$0] ?? Struck()) }
  }

  /// How the streams ended, and the words of the recorded ones that did not end as done.
  var endBlocks: [Block] {
    var rows: [[Cell]] = []
    var details: [[Cell]] = []
    for (index, target) in record.targets.enumerated() {
      let ends = target.exchanges.byEnd.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      for (end, count) in ends where count > 0 {
        let meaning = EndCondition(rawValue: end).map(Glossary.meaning) ?? ""
        rows.append([
          cell(index), .code(end), .number(Figure.count(count)), .text(meaning),
        ])
      }
      for stream in target.streams where stream.end != .done {
        details.append([
          cell(index), .number("#\(stream.ordinal)"), .code(stream.end.rawValue),
          .number(stream.status == 0 ? Figure.none : String(stream.status)),
          .number(stream.e2e.description), .text(stream.detail),
        ])
      }
    }
    var blocks: [Block] = [.heading(2, "How the streams ended", anchor: "ends")]
    guard !rows.isEmpty else { return blocks + [.note("No stream was measured.")] }
    blocks.append(
      .table(
        Table(
          caption: "End conditions (warm-up streams are left out)",
          columns: [.text("Target"), .text("End"), .number("Streams"), .text("Meaning")],
          rows: rows)))
    if !details.isEmpty {
      blocks.append(
        .folded(
          "\(Figure.counted(details.count, "recorded stream")) that did not end as done",
          [
            .table(
              Table(
                caption: "Recorded streams that did not end as done",
                columns: [
                  .text("Target"), .number("Stream"), .text("End"), .number("Status"),
                  .number("After"), .text("Detail"),
                ],
                rows: details))
          ]))
    }
    return blocks
  }

  /// What relays asked the provider on their own account.
  var probeBlocks: [Block] {
    var rows: [[Cell]] = []
    for (index, target) in record.targets.enumerated() {
      for (request, count) in target.probes.sorted(by: { $0.key < $1.key }) {
        rows.append([cell(index), .code(request), .number(Figure.count(count))])
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .heading(2, "Probes of the relay", anchor: "probes"),
      .table(
        Table(
          caption: "Requests at the provider that no client of this run sent",
          columns: [.text("Target"), .text("Request"), .number("Times")], rows: rows)),
    ]
  }

  /// Where and when the run took place, and how to do it again.
  var runBlocks: [Block] {
    let machine = record.machine
    var facts = [
      Fact(term: "Started", text: record.startedAt),
      Fact(term: "Duration", text: record.durationNs.description),
      Fact(term: "Seed", text: String(record.seed)),
      Fact(
        term: "Machine",
        text: "\(machine.processor), \(Figure.counted(machine.cores, "core")),"
          + " \(Content.gibibytes(machine.memoryBytes)), \(machine.system)"),
      Fact(
        term: "Versions", text: "relaymark \(record.tool.version), curl \(record.tool.curl)"),
    ]
    if let start = record.intendedStart {
      facts.insert(Fact(term: "First scenario", text: "begins at \(start)"), at: 1)
    }
    for (index, target) in record.targets.enumerated() {
      let url = target.url.isEmpty ? "no relay" : target.url
      let scenario = target.scenario
      facts.append(
        Fact(
          term: labels[index],
          text: "\(url), \(target.topology.rawValue), \(target.dialect), scenario"
            + " \(scenario.name): \(Figure.counted(scenario.streams, "stream")),"
            + " \(Self.loop(scenario)),"
            + " \(Figure.count(target.exchanges.warmup)) for warm-up"
            + (Self.connections(target).map { "; \($0)" } ?? "")
            + (scenario.about.isEmpty ? "" : ". \(scenario.about)")))
    }
    let names = Content.unique(record.targets.map(\.scenario.name))
    let which = names.isEmpty ? "the same scenario" : "scenario \(names.joined(separator: ", "))"
    return [
      .heading(2, "The run", anchor: "run"), .facts(facts),
      .note(
        "To repeat it: run \(which) with --seed=\(record.seed)\(shardWords). The same seed gives the same"
          + " scripts, faults and request bytes; instants differ."),
    ]
  }

  private var shardWords: String {
    if let shard = record.shard { return " --shard=\(shard)" }
    guard let count = record.machines?.first?.shard.count else { return "" }
    return " as one machine, or with --shard=1/\(count) to --shard=\(count)/\(count)"
  }

  private static func gibibytes(_ bytes: Int) -> String {
    Figure.significant(Double(bytes) / 1_073_741_824) + " GiB"
  }

  /// The measures that occur in this report.
  var glossaryBlocks: [Block] {
    var names: Set<String> = []
    for target in record.targets { names.formUnion(target.measures.keys) }
    names.formUnion(record.instrument.floor.keys)
    names.formUnion(record.instrument.lateness.keys)
    let facts = Glossary.ordered(names).compactMap { name in
      Glossary.meaning(name).map { Fact(term: name, text: $0, code: true) }
    }
    guard !facts.isEmpty else { return [] }
    return [
      .heading(2, "What the measures mean", anchor: "glossary"),
      .note("All instants are of one monotonic clock, in nanoseconds."), .facts(facts),
    ]
  }

  private static func loop(_ scenario: TargetRecord.ScenarioFacts) -> String {
    scenario.arrivals == "closed"
      ? "\(Figure.count(scenario.concurrency)) at a time"
      : "open loop, \(scenario.arrivals)"
  }
}
