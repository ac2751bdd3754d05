/// What the turns of one number showed, over all conversations of a scenario.
package struct TurnRecord: Hashable, Sendable, Codable {
  /// From 1.
  package var turn: Int
  package var total: Int
  package var done: Int
  /// Of the successful ones; absent if there was none.
  package var ttft: Measure?
  package var e2e: Measure?

  package init(turn: Int, total: Int, done: Int, ttft: Measure?, e2e: Measure?) {
    self.turn = turn
    self.total = total
    self.done = done
    self.ttft = ttft
    self.e2e = e2e
  }
}

/// What the number of tokens of an answer is known from: `rate` and `tpot` are as good as it is.
package enum TokenSource: String, Hashable, Sendable, Codable, CaseIterable {
  /// The script numbered them, and those that came were counted.
  case scripted
  /// The answer's own usage report.
  case usage
  /// Nothing said it: one token an output event, which is an estimate.
  case estimate
}
