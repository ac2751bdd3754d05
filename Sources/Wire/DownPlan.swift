package import Core

/// When a proxy with a `down` rule is down: a pure function of its start.
package struct DownPlan: Hashable, Sendable {
  private let first: Instant
  private let length: Nanoseconds
  /// Zero if it is down only once.
  private let every: Nanoseconds

  /// - Parameters:
  ///   - rule: a rule of the fault `down`, in which it finds no problem.
  ///   - start: when the proxy began to listen, or the rule came to it.
  package init(_ rule: FaultRule, start: Instant) {
    first = start + rule.duration("after")
    length = rule.duration("length")
    every = rule.duration("every")
  }

  package func isDown(at instant: Instant) -> Bool {
    guard let round = round(at: instant) else { return false }
    return instant < begin(of: round) + length
  }

  /// The next instant at which it goes or comes back, and which of both; nil if it stays.
  package func nextChange(after instant: Instant) -> (at: Instant, isDown: Bool)? {
    guard let round = round(at: instant) else { return (first, true) }
    let end = begin(of: round) + length
    if instant < end { return (end, false) }
    return every > .zero ? (begin(of: round + 1), true) : nil
  }

  /// How often it had gone before the last time at or before `instant`; nil before the first.
  private func round(at instant: Instant) -> Int64? {
    guard instant >= first else { return nil }
    return every > .zero ? (instant - first).count / every.count : 0
  }

  private func begin(of round: Int64) -> Instant { first + Nanoseconds(round * every.count) }
}
