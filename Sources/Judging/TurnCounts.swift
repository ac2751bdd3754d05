import Core
import Stats

/// The figures of conversations by turn: later turns carry more, and whoever caches answers them
/// sooner.
struct TurnCounts {
  private struct Turn {
    var total = 0
    var done = 0
    var ttft = Measures.series
    var e2e = Measures.series
  }

  private var turns: [Turn]

  init(_ count: Int) { turns = Array(repeating: Turn(), count: count) }

  mutating func add(_ observation: Observation) {
    let turn = observation.ordinal % turns.count
    turns[turn].total += 1
    guard observation.succeeded else { return }
    turns[turn].done += 1
    if let first = observation.output.first {
      turns[turn].ttft.add(Double((first.arrival - observation.sent).count))
    }
    turns[turn].e2e.add(Double((observation.exchange.ended - observation.sent).count))
  }

  var records: [TurnRecord] {
    turns.enumerated().map { index, turn in
      TurnRecord(
        turn: index + 1, total: turn.total, done: turn.done,
        ttft: Measures.measure(turn.ttft, unit: "ns"), e2e: Measures.measure(turn.e2e, unit: "ns"))
    }
  }
}
