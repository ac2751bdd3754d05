import Core
import Judging
import Stats

/// How late the harness itself was: it bounds what the figures can mean.
///
/// Answers that had to wait for a peer who read too slowly say nothing of the harness and are left
/// out.
struct Lateness: Sendable {
  private var send = Measures.series
  private var write = Measures.series
  private var read = Measures.series
  private var notSent = 0
  private(set) var answers = 0
  private(set) var blocked = 0

  mutating func add(_ exchanges: [Exchange], _ provider: [ProviderExchange]) {
    for exchange in exchanges where !exchange.warmup {
      if exchange.transport == .failed(.notSent) { notSent += 1 }
      send.add(Double((exchange.started - exchange.intended).count))
    }
    for exchange in provider where exchange.nonce != nil {
      answers += 1
      guard !exchange.blocked else {
        blocked += 1
        continue
      }
      for mark in exchange.writes { write.add(Double((mark.instant - mark.due).count)) }
    }
  }

  /// What a `ReadProbe` saw.
  mutating func add(reads waits: [Nanoseconds]) {
    for wait in waits { read.add(Double(wait.count)) }
  }

  static func += (left: inout Lateness, right: Lateness) {
    left.send += right.send
    left.write += right.write
    left.read += right.read
    left.notSent += right.notSent
    left.answers += right.answers
    left.blocked += right.blocked
  }

  /// `send`, `write`, `read`; what was not seen is not there.
  var measures: [String: Measure] {
    var measures: [String: Measure] = [:]
    for (name, samples) in [("send", send), ("write", write), ("read", read)] {
      measures[name] = Measures.measure(samples, unit: "ns")
    }
    return measures
  }

  /// What the fitness of the machine is judged by.
  ///
  /// - Parameter readsOwn: whether nothing but our own client reads what the provider writes: of a
  ///   relay that reads too slowly the machine is innocent.
  func conditions(
    title: String = "", figures: [String: Measure], readsOwn: Bool, use: ProcessorUse
  ) -> Fitness.Conditions {
    var conditions = Fitness.Conditions()
    conditions.title = title
    conditions.lateness = measures
    conditions.figures = figures
    conditions.notSent = notSent
    if readsOwn { (conditions.answers, conditions.blocked) = (answers, blocked) }
    conditions.use = use
    return conditions
  }
}
