/// What ends a run before its time: a figure of the exchanges that have finished so far, as k6's
/// `abortOnFail` does it: `errors.rate > 0.1`, `ttft.p95 > 2s after 50`.
package struct StopRule: Hashable, Sendable {
  /// What must not come true.
  package var condition: Expectation
  /// Measured exchanges that must have finished before it is looked at.
  package var after: Int
  /// The words it was written in.
  package var text: String

  package init(condition: Expectation, after: Int = StopRule.plainAfter, text: String) {
    self.condition = condition
    self.after = after
    self.text = text
  }

  /// Below this a bad start and a broken target look the same.
  package static let plainAfter = 20

  /// What both ends must be seen for, or the end of the run: it is not known while the run goes on.
  private static let late = [
    "added.chunk", "added.ttft", "coalesced", "spread", "lateness.send", "lateness.write",
    "ttft.adjusted",
  ]

  package init(literal text: String) throws(LiteralError) {
    try self.init(scalars: Array(text.unicodeScalars))
  }

  init(scalars: [Unicode.Scalar]) throws(LiteralError) {
    self = try LiteralScanner.whole(scalars) { (scanner) throws(LiteralError) in
      let condition = try scanner.expectation(trimmed(scalars))
      if Self.late.contains(condition.measure) {
        throw scanner.error(
          "`\(condition.measure)` is not known while the run goes on; `stop` takes what the client "
            + "sees of each stream, such as `ttft`, `gap`, `e2e` and `errors`", at: 0)
      }
      scanner.skipSpaces()
      guard scanner.next != nil else {
        return StopRule(condition: condition, text: trimmed(scalars))
      }
      let start = scanner.index
      guard scanner.word() == "after" else {
        throw scanner.error(
          "expected the end or `after N`, the number of streams before it is looked at", at: start)
      }
      scanner.skipSpaces()
      let after = try scanner.integer("the number of streams", in: 1...Limits.streams)
      return StopRule(condition: condition, after: after, text: trimmed(scalars))
    }
  }
}
