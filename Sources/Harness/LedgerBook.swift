package import Core
package import Judging
package import Wire

/// Joins what both sides saw of each exchange, and has it judged when nothing more is to come.
///
/// Pure but for being shared: what it is handed decides all.
package final class LedgerBook {
  private let dialect: any Dialect
  private let streamWanted: Bool
  /// A relay may try again, or only now see that its client has left: for so long.
  private let patience: Nanoseconds
  private let redaction: Redaction
  private var judge: Judge
  private var lateness = Lateness()
  private var waiting: [Exchange] = []
  private var provider: [Nonce: [ProviderExchange]] = [:]
  private var faults: [Nonce: [FaultRecord]] = [:]
  private var probes: [String: Int] = [:]

  /// What one trial comes to.
  package struct Result: Sendable {
    package var record: TargetRecord
    /// The first exchanges, to be compared with their twins.
    package var first: [Observation]
    var lateness: Lateness
  }

  /// - Parameter key: masked wherever it stands.
  package init(_ judge: Judge, dialect: any Dialect, traffic: Traffic, key: String? = nil) {
    self.judge = judge
    self.dialect = dialect
    redaction = Redaction(key: key)
    streamWanted = traffic.stream
    patience = traffic.leave == nil ? Limits.settle : Limits.settleAfterLeaving
  }

  /// - Parameter now: when it was seen; nil for the last time, when everything is judged.
  package func take(_ exchanges: [Exchange], _ seen: FarSeen, asOf now: Instant?) {
    lateness.add(exchanges, seen.exchanges)
    waiting += exchanges
    for exchange in seen.exchanges {
      var exchange = exchange
      redaction.mask(&exchange)
      if let nonce = exchange.nonce {
        provider[nonce, default: []].append(exchange)
      } else {
        probes["\(exchange.method) \(exchange.path)", default: 0] += 1
      }
    }
    for fault in seen.faults {
      if let nonce = fault.nonce { faults[nonce, default: []].append(fault) }
    }
    var left: [Exchange] = []
    for exchange in waiting.sorted(by: { $0.ordinal < $1.ordinal }) {
      let isOver =
        now.map { exchange.ended + patience <= $0 && !seen.open.contains(exchange.nonce) } ?? true
      if isOver { settle(exchange) } else { left.append(exchange) }
    }
    waiting = left
  }

  package func result() -> Result {
    var record = judge.finish()
    record.probes = probes
    return Result(record: record, first: judge.first, lateness: lateness)
  }

  private func settle(_ exchange: Exchange) {
    var exchange = exchange
    redaction.mask(&exchange)
    judge.add(
      Observation(
        exchange: exchange, provider: provider.removeValue(forKey: exchange.nonce) ?? [],
        faults: faults.removeValue(forKey: exchange.nonce) ?? [], dialect: dialect,
        streamWanted: streamWanted))
  }
}
