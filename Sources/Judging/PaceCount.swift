import Core

/// How fast requests were sent and answers came to a good end.
struct PaceCount {
  private var sent = 0
  private var done = 0
  private var firstStart: Instant?
  private var lastStart: Instant?
  private var lastEnd: Instant?

  mutating func add(_ observation: Observation) {
    guard observation.end != .notSent else { return }
    let exchange = observation.exchange
    sent += 1
    if observation.succeeded { done += 1 }
    firstStart = min(firstStart ?? exchange.started, exchange.started)
    lastStart = max(lastStart ?? exchange.started, exchange.started)
    lastEnd = max(lastEnd ?? exchange.ended, exchange.ended)
  }

  var result: TargetRecord.Pace? {
    guard let firstStart, let lastStart, let lastEnd else { return nil }
    let starting = (lastStart - firstStart).seconds
    let whole = (lastEnd - firstStart).seconds
    return .init(
      sentPerSecond: starting > 0 ? Double(sent - 1) / starting : 0,
      donePerSecond: whole > 0 ? Double(done) / whole : 0)
  }
}
