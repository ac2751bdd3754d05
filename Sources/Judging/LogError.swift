import Core
package import Stats

/// How far a client's figures are from what the provider's log says of the same stream: the error
/// of the instrument where nothing stands between the two.
package struct LogError: Sendable {
  package private(set) var ttft = Measures.series
  package private(set) var gap = Measures.series

  package init() {}

  /// Of a stream that succeeded; others have no figures to be wrong.
  ///
  /// All pairs of tokens count, those too that came in one read and so have a gap of zero.
  package mutating func add(_ observation: Observation) {
    guard observation.succeeded, !observation.exchange.warmup, let answer = observation.answer
    else { return }
    let tokens = observation.tokens.arrivals
    if let first = tokens.first, let written = observation.written(first) {
      let seen = first.instant - observation.sent
      ttft.add(Self.distance(seen, written - answer.receivedAt))
    }
    for (left, right) in zip(tokens, tokens.dropFirst()) {
      guard let first = observation.written(left), let second = observation.written(right) else {
        continue
      }
      gap.add(Self.distance(right.instant - left.instant, second - first))
    }
  }

  private static func distance(_ left: Nanoseconds, _ right: Nanoseconds) -> Double {
    Double((left - right).count.magnitude)
  }
}
