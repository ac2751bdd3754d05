import Core

/// What was sent and how, as far as it changes what the figures mean.
extension Content {
  /// Whether connections were kept, and how often that helped; nil in records that do not say.
  static func connections(_ target: TargetRecord) -> String? {
    guard let policy = target.scenario.connections else { return nil }
    if policy == "fresh" { return "a fresh connection for each stream" }
    guard let reused = target.exchanges.reused else { return "connections kept" }
    return "connections kept: \(Figure.count(reused)) of"
      + " \(Figure.counted(target.exchanges.total, "stream")) on one that was open already"
  }

  /// What the number of tokens is known from, on which rate and tpot rest.
  static func tokens(_ target: TargetRecord) -> String? {
    let words = TokenSource.allCases.compactMap { source -> String? in
      guard let count = target.tokens?[source.rawValue], count > 0 else { return nil }
      let streams = Figure.counted(count, "stream")
      return switch source {
      case .scripted: "counted by the script's numbers in \(streams)"
      case .usage: "from the usage report in \(streams)"
      case .estimate: "an ESTIMATE of one for each output event in \(streams)"
      }
    }
    return words.isEmpty ? nil : "Tokens of rate and tpot: \(words.joined(separator: ", "))."
  }

  /// The turns of conversations side by side.
  func turnBlocks(_ target: TargetRecord) -> [Block] {
    guard let turns = target.turns else { return [] }
    let rows = turns.map { turn -> [Cell] in
      [
        .number(String(turn.turn)),
        .number("\(Figure.count(turn.done)) / \(Figure.count(turn.total))"),
      ]
        + [turn.ttft?.p50, turn.ttft?.p99, turn.e2e?.p50, turn.e2e?.p99].map {
          .number($0.map { Figure.duration($0) } ?? Figure.none)
        }
    }
    return [
      .table(
        Table(
          caption: "By turn: each carries the turns and answers before it",
          columns: [
            .number("Turn"), .number("Done"), .number("TTFT p50"), .number("TTFT p99"),
            .number("e2e p50"), .number("e2e p99"),
          ], rows: rows))
    ]
  }
}
